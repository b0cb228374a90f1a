// SPDX-License-Identifier: Apache-2.0
#include "compiler/witness/draft.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbx::witness {
namespace {

using Json = nlohmann::ordered_json;

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += (text.empty() ? "" : " . ") + piece;
  return text;
}

std::string last_text(const Draft& draft) {
  std::string text = draft.exact_text ? *draft.exact_text : joined(draft.text);
  if (text.empty() && !draft.exact_text && draft.padding == 0) return draft.filler;
  for (int64_t i = 0; i < draft.padding; ++i) text += (text.empty() ? "" : " ") + draft.filler;
  return text;
}

Json content(const Draft& draft) {
  if (draft.images == 0 && draft.audio == 0) return last_text(draft);
  Json parts = Json::array({{{"type", "text"}, {"text", last_text(draft)}}});
  for (int64_t i = 0; i < draft.images; ++i)
    parts.push_back({{"type", "image_url"}, {"image_url", {{"url", "https://example.com/a.png"}}}});
  for (int64_t i = 0; i < draft.audio; ++i) parts.push_back({{"type", "input_audio"}, {"input_audio", {{"data", ""}, {"format", "wav"}}}});
  return parts;
}

/// The assistant calls tools, some of which answer.
void add_tool_calls(int64_t calls, int64_t results, Json& list) {
  Json made = Json::array();
  for (int64_t i = 1; i <= calls; ++i)
    made.push_back({{"id", "c" + std::to_string(i)}, {"type", "function"}, {"function", {{"name", "f"}, {"arguments", "{}"}}}});
  list.push_back({{"role", "assistant"}, {"content", nullptr}, {"tool_calls", std::move(made)}});
  for (int64_t i = 1; i <= results; ++i) list.push_back({{"role", "tool"}, {"tool_call_id", "c" + std::to_string(i)}, {"content", ""}});
}

/// What the assistant has said before the user's last turn. A loop of tools that is open comes after it, with one call and its result.
void add_replies(const Draft& draft, Json& list) {
  const int64_t later = draft.open_tool_loop ? 1 : 0;
  const int64_t results = draft.tool_results - later, calls = std::max(draft.tool_calls - later, results);
  int64_t replies = draft.replies - later;
  if (calls > 0) add_tool_calls(calls, results, list), --replies;
  if (!draft.earlier.empty()) list.push_back({{"role", "assistant"}, {"content", joined(draft.earlier)}}), --replies;
  for (int64_t i = 0; i < replies; ++i) list.push_back({{"role", "assistant"}, {"content", draft.filler}});
}

/// The user's turns with what the assistant says in between; the last one carries the text.
Json messages(const Draft& draft) {
  Json list = Json::array();
  const bool in_list = draft.dialect != Dialect::Messages;
  if (!draft.system.empty() && in_list) list.push_back({{"role", "system"}, {"content", joined(draft.system)}});
  for (int64_t i = 1; i < draft.turns; ++i) list.push_back({{"role", "user"}, {"content", draft.filler}});
  add_replies(draft, list);
  if (draft.turns > 0) list.push_back({{"role", "user"}, {"content", content(draft)}});
  if (draft.open_tool_loop) add_tool_calls(1, 1, list);
  // What is still missing are words of the assistant: they are no turns.
  while (draft.messages && static_cast<int64_t>(list.size()) < *draft.messages) {
    list.insert(list.begin(), Json{{"role", "assistant"}, {"content", ""}});
  }
  return list;
}

void add_options(const Draft& draft, Json& body) {
  for (const std::string& tool : draft.tools) {
    body["tools"].push_back({{"type", "function"}, {"function", {{"name", tool}, {"parameters", {{"type", "object"}}}}}});
  }
  if (draft.tool_choice == "tool") {
    const std::string name = draft.tools.empty() ? "f" : draft.tools.front();
    body["tool_choice"] = {{"type", "function"}, {"function", {{"name", name}}}};
  } else if (draft.tool_choice) {
    body["tool_choice"] = *draft.tool_choice;
  }
  if (draft.format == "json") body["response_format"] = {{"type", "json_object"}};
  if (draft.format == "json_schema") {
    body["response_format"] = {{"type", "json_schema"}, {"json_schema", {{"name", "answer"}, {"schema", {{"type", "object"}}}}}};
  }
  if (draft.stream) body["stream"] = true;
  if (draft.max_tokens) body["max_tokens"] = *draft.max_tokens;
  if (draft.temperature) body["temperature"] = Json::parse(*draft.temperature);
}

Json body(const Draft& draft) {
  Json body = {{"model", draft.model}};
  switch (draft.dialect) {
    case Dialect::Chat:
      body["messages"] = messages(draft);
      break;
    case Dialect::Messages:
      if (!draft.system.empty()) body["system"] = joined(draft.system);
      body["messages"] = messages(draft);
      break;
    case Dialect::Responses:
      body["input"] = messages(draft);
      break;
    case Dialect::Embeddings:
      body["input"] = last_text(draft);
      return body;
  }
  add_options(draft, body);
  return body;
}

const char* path_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::Chat:
      return "/v1/chat/completions";
    case Dialect::Messages:
      return "/v1/messages";
    case Dialect::Responses:
      return "/v1/responses";
    case Dialect::Embeddings:
      return "/v1/embeddings";
  }
  return "";
}

Json user(const Draft& draft) {
  Json user = Json::object();
  for (const auto& [key, value] : draft.user) user[key] = value;
  if (draft.roles) user["roles"] = *draft.roles;
  if (draft.groups) user["groups"] = *draft.groups;
  return user;
}

}  // namespace

std::string envelope(const Draft& draft) {
  Json json = {{"path", draft.path.value_or(path_of(draft.dialect))}, {"time", draft.time}};
  if (!draft.headers.empty()) json["headers"] = draft.headers;
  if (!draft.metadata.empty()) json["metadata"] = draft.metadata;
  if (Json who = user(draft); !who.empty()) json["user"] = std::move(who);
  for (const auto& [key, value] : draft.session) json["session"][key] = value;
  if (draft.idle_ms) json["session"]["idle_ms"] = *draft.idle_ms;
  for (const auto& [type, severity] : draft.events) json["events"].push_back({{"type", type}, {"severity", severity}});
  json["seed"] = 0;
  for (const auto& [name, reading] : draft.readings) json["readings"][name] = Json::parse(reading);
  json["body"] = body(draft);
  return json.dump();
}

}  // namespace sbx::witness
