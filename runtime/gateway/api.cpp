// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/api.h"

#include <nlohmann/json.hpp>

#include "runtime/base/check.h"
#include "runtime/base/variant.h"

namespace sbx::gateway {

namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// `error.type` of OpenAI's interface.
std::string_view openai_type(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 429:
      return "rate_limit_error";
    default:
      return status >= 500 ? "server_error" : "invalid_request_error";
  }
}

std::string_view anthropic_type(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 503:
    case 529:
      return "overloaded_error";
    default:
      return status >= 500 ? "api_error" : "invalid_request_error";
  }
}

std::string event(std::string_view name, const Json& data) {
  std::string text;
  if (!name.empty()) text.append("event: ").append(name).append("\n");
  return text.append("data: ").append(dump(data)).append("\n\n");
}

http::Response stream(std::string body) { return {200, {{"content-type", "text/event-stream"}}, std::move(body)}; }

http::Response respond_chat(const Request& request, std::string_view id, std::string_view text) {
  Json answer{{"id", std::string("chatcmpl-") + std::string(id)}, {"object", request.stream ? "chat.completion.chunk" : "chat.completion"},
              {"created", request.time_us / 1'000'000}, {"model", request.model}};
  if (!request.stream) {
    answer["choices"] = Json::array({{{"index", 0}, {"message", {{"role", "assistant"}, {"content", text}}}, {"finish_reason", "stop"}}});
    answer["usage"] = {{"prompt_tokens", 0}, {"completion_tokens", 0}, {"total_tokens", 0}};
    return http::json(200, dump(answer));
  }
  answer["choices"] = Json::array({{{"index", 0}, {"delta", {{"role", "assistant"}, {"content", text}}}, {"finish_reason", nullptr}}});
  std::string body = event({}, answer);
  answer["choices"] = Json::array({{{"index", 0}, {"delta", Json::object()}, {"finish_reason", "stop"}}});
  body += event({}, answer) + "data: [DONE]\n\n";
  return stream(std::move(body));
}

http::Response respond_messages(const Request& request, std::string_view id, std::string_view text) {
  Json message{{"id", std::string("msg_") + std::string(id)}, {"type", "message"}, {"role", "assistant"}, {"model", request.model},
               {"content", Json::array()}, {"stop_reason", nullptr}, {"stop_sequence", nullptr},
               {"usage", {{"input_tokens", 0}, {"output_tokens", 0}}}};
  if (!request.stream) {
    message["content"].push_back({{"type", "text"}, {"text", text}});
    message["stop_reason"] = "end_turn";
    return http::json(200, dump(message));
  }
  std::string body = event("message_start", {{"type", "message_start"}, {"message", message}});
  body += event("content_block_start", {{"type", "content_block_start"}, {"index", 0}, {"content_block", {{"type", "text"}, {"text", ""}}}});
  body += event("content_block_delta", {{"type", "content_block_delta"}, {"index", 0}, {"delta", {{"type", "text_delta"}, {"text", text}}}});
  body += event("content_block_stop", {{"type", "content_block_stop"}, {"index", 0}});
  body += event("message_delta", {{"type", "message_delta"}, {"delta", {{"stop_reason", "end_turn"}, {"stop_sequence", nullptr}}}, {"usage", {{"output_tokens", 0}}}});
  body += event("message_stop", {{"type", "message_stop"}});
  return stream(std::move(body));
}

http::Response respond_responses(const Request& request, std::string_view id, std::string_view text) {
  const std::string name(id);
  const Json part{{"type", "output_text"}, {"text", text}, {"annotations", Json::array()}};
  Json item{{"id", "msg_" + name}, {"type", "message"}, {"role", "assistant"}, {"status", "completed"}, {"content", Json::array({part})}};
  Json response{{"id", "resp_" + name}, {"object", "response"}, {"created_at", request.time_us / 1'000'000}, {"status", "completed"},
                {"model", request.model}, {"output", Json::array({item})},
                {"usage", {{"input_tokens", 0}, {"output_tokens", 0}, {"total_tokens", 0}}}};
  if (!request.stream) return http::json(200, dump(response));
  Json begun = response, begun_item = item;
  begun["status"] = begun_item["status"] = "in_progress";
  begun["output"] = begun_item["content"] = Json::array();
  int number = 0;
  std::string body;
  const auto say = [&](const char* type, Json data) {
    Json all{{"type", type}, {"sequence_number", number++}};
    all.update(data);
    body += event(type, all);
  };
  const Json at{{"item_id", "msg_" + name}, {"output_index", 0}, {"content_index", 0}};
  const auto with = [&](std::initializer_list<std::pair<const char*, Json>> members) {
    Json data = at;
    for (const auto& [key, value] : members) data[key] = value;
    return data;
  };
  say("response.created", {{"response", begun}});
  say("response.output_item.added", {{"output_index", 0}, {"item", begun_item}});
  say("response.content_part.added", with({{"part", {{"type", "output_text"}, {"text", ""}, {"annotations", Json::array()}}}}));
  say("response.output_text.delta", with({{"delta", text}}));
  say("response.output_text.done", with({{"text", text}}));
  say("response.content_part.done", with({{"part", part}}));
  say("response.output_item.done", {{"output_index", 0}, {"item", item}});
  say("response.completed", {{"response", response}});
  return stream(std::move(body));
}

}  // namespace

std::optional<Api> api_of(std::string_view path) {
  if (path == "/v1/chat/completions") return Api::Chat;
  if (path == "/v1/responses") return Api::Responses;
  if (path == "/v1/embeddings") return Api::Embeddings;
  if (path == "/v1/messages") return Api::Messages;
  if (path == "/v1/messages/count_tokens") return Api::CountTokens;
  return std::nullopt;
}

Dialect dialect_of(Api api) {
  switch (api) {
    case Api::Chat:
      return Dialect::Chat;
    case Api::Responses:
      return Dialect::Responses;
    case Api::Embeddings:
      return Dialect::Embeddings;
    case Api::Messages:
    case Api::CountTokens:
      break;
  }
  return Dialect::Messages;
}

Dialect guess_dialect(const http::Request& request) {
  if (const std::optional<Api> api = api_of(request.path())) return dialect_of(*api);
  return http::find(request.headers, "anthropic-version") ? Dialect::Messages : Dialect::Chat;
}

http::Response error_answer(Dialect dialect, int status, std::string_view message, std::string_view code) {
  if (dialect == Dialect::Messages)
    return http::json(status, dump({{"type", "error"}, {"error", {{"type", anthropic_type(status)}, {"message", message}}}}));
  Json error{{"message", message}, {"type", openai_type(status)}, {"param", nullptr}, {"code", nullptr}};
  if (!code.empty()) error["code"] = code;
  return http::json(status, dump({{"error", error}}));
}

End end_of(const Decision& decision) {
  if (decision.denied) return *decision.denied;
  if (decision.response) return *decision.response;
  SBX_CHECK(decision.escalation, "a decision without attempts and without an end");
  return *decision.escalation;
}

http::Response end_answer(Api api, const Request& request, const End& end) {
  return std::visit(overloaded{[&](const Denial& denied) { return error_answer(dialect_of(api), denied.status, denied.message, "denied"); },
                               [&](const Response& responded) { return respond_answer(api, request, request.id, responded.message); },
                               [&](const Escalation& escalated) {
                                 http::Response answer = respond_answer(api, request, request.id, escalated.message);
                                 answer.headers.emplace_back("x-signalbox-escalate", escalated.target);
                                 return answer;
                               }},
                    end);
}

http::Response respond_answer(Api api, const Request& request, std::string_view id, std::string_view text) {
  switch (api) {
    case Api::Chat:
      return respond_chat(request, id, text);
    case Api::Responses:
      return respond_responses(request, id, text);
    case Api::Messages:
      return respond_messages(request, id, text);
    case Api::Embeddings:
    case Api::CountTokens:
      break;
  }
  return error_answer(dialect_of(api), 400, text, "no_model");  // a text answers neither
}

}  // namespace sbx::gateway
