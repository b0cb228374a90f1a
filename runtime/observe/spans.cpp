// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/spans.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "runtime/http/address.h"
#include "runtime/observe/counters.h"

namespace sbx::observe {
namespace {

using Json = nlohmann::ordered_json;

enum SpanKind { kServer = 2, kClient = 3 };
constexpr int kError = 2;
constexpr int64_t kNsPerUs = 1000;

// OTLP's JSON has whole numbers of 64 bits as texts.
class Attributes {
 public:
  void text(const char* key, std::string_view value) {
    if (!value.empty()) add(key, {{"stringValue", value}});
  }
  void whole(const char* key, int64_t value) { add(key, {{"intValue", std::to_string(value)}}); }
  void whole(const char* key, const std::optional<int64_t>& value) {
    if (value) whole(key, *value);
  }
  void number(const char* key, double value) { add(key, {{"doubleValue", value}}); }
  void flag(const char* key, bool value) { add(key, {{"boolValue", value}}); }
  void texts(const char* key, const std::vector<std::string>& values) {
    Json list = Json::array();
    for (const std::string& value : values) list.push_back({{"stringValue", value}});
    add(key, {{"arrayValue", {{"values", list}}}});
  }
  [[nodiscard]] Json take() { return std::move(list_); }

 private:
  void add(const char* key, Json value) { list_.push_back({{"key", key}, {"value", std::move(value)}}); }
  Json list_ = Json::array();
};

std::string nanos(int64_t micros) { return std::to_string(micros * kNsPerUs); }

void add_answer(const Served& request, Attributes& attributes) {
  constexpr double kUs = 1e6;
  attributes.text("gen_ai.response.model", request.response_model);
  attributes.text("gen_ai.response.id", request.response_id);
  if (!request.finish_reason.empty()) attributes.texts("gen_ai.response.finish_reasons", {request.finish_reason});
  if (request.request.stream && request.first_byte_us > 0)
    attributes.number("gen_ai.response.time_to_first_chunk", static_cast<double>(request.first_byte_us) / kUs);
  attributes.whole("gen_ai.usage.input_tokens", request.usage.input_tokens);
  attributes.whole("gen_ai.usage.output_tokens", request.usage.output_tokens);
  attributes.whole("gen_ai.usage.cache_read.input_tokens", request.usage.cached_input_tokens);
  attributes.whole("gen_ai.usage.reasoning.output_tokens", request.usage.reasoning_tokens);
}

void add_decision(const Served& request, Attributes& attributes) {
  const Manifest& manifest = request.generation->manifest();
  const Decision& decision = request.decision;
  attributes.text("signalbox.policy.name", manifest.name);
  attributes.text("signalbox.policy.revision", manifest.revision);
  attributes.whole("signalbox.generation", static_cast<int64_t>(request.generation->number));
  attributes.text("signalbox.decision.id", decision.id);
  attributes.text("signalbox.route", decision.route ? manifest.routes[*decision.route].name : "otherwise");
  attributes.text("signalbox.outcome", to_string(decision.outcome));
  std::vector<std::string> rules, candidates;
  for (const RuleId rule : decision.rules) rules.push_back(manifest.rules[rule].name);
  for (const Attempt& attempt : decision.attempts) candidates.push_back(manifest.models[attempt.model].name);
  if (!rules.empty()) attributes.texts("signalbox.rules", rules);
  if (!candidates.empty()) attributes.texts("signalbox.candidates", candidates);
  constexpr double kMillion = 1e6;
  if (request.cost_micros) attributes.number("signalbox.cost_usd", static_cast<double>(*request.cost_micros) / kMillion);
  if (request.canary) attributes.flag("signalbox.canary", true);
  attributes.whole("signalbox.decide_ns", decision.decide_ns);
  attributes.whole("signalbox.signals_us", decision.signals_us);
}

Json span(const Served& request, const std::string& id, const std::string& parent, std::string name, SpanKind kind, int64_t begin,
          int64_t duration) {
  Json span{{"traceId", request.trace_id}, {"spanId", id}};
  if (!parent.empty()) span["parentSpanId"] = parent;
  span["name"] = std::move(name);
  span["kind"] = static_cast<int>(kind);
  span["startTimeUnixNano"] = nanos(begin);
  span["endTimeUnixNano"] = nanos(begin + duration);
  return span;
}

Json server_span(const Served& request, const std::string& id) {
  const std::string& path = request.request.path;
  Json json = span(request, id, request.parent_span_id, path.empty() ? "POST" : "POST " + path, kServer, request.begin_us, request.duration_us);
  Attributes attributes;
  attributes.text("http.request.method", "POST");
  attributes.text("url.path", path);
  attributes.whole("http.response.status_code", request.status);
  attributes.whole("http.request.body.size", static_cast<int64_t>(request.bytes_in));
  attributes.whole("http.response.body.size", static_cast<int64_t>(request.bytes_out));
  attributes.text("gen_ai.operation.name", operation_of(request));
  attributes.text("gen_ai.request.model", request.request.model);
  add_answer(request, attributes);
  if (request.generation != nullptr) add_decision(request, attributes);
  attributes.whole("signalbox.overhead_us", request.overhead_us);
  if (request.client_left) attributes.flag("signalbox.client_left", true);
  constexpr int kServerErrors = 500;
  const bool fails = request.status >= kServerErrors;
  if (fails) attributes.text("error.type", std::to_string(request.status));
  json["attributes"] = attributes.take();
  json["status"] = fails ? Json{{"code", kError}} : Json::object();
  return json;
}

Json client_span(const Served& request, const AttemptRecord& attempt, const std::string& id, const std::string& parent, size_t number) {
  const Model& model = request.generation->manifest().models[attempt.model];
  const std::string operation(operation_of(request));
  Json json = span(request, id, parent, operation + " " + model.served_name, kClient, attempt.begin_us, attempt.duration_us);
  Attributes attributes;
  attributes.text("gen_ai.operation.name", operation);
  attributes.text("gen_ai.provider.name", attempt.provider.empty() ? model.provider : attempt.provider);
  attributes.text("gen_ai.request.model", model.served_name);
  if (request.request.stream) attributes.flag("gen_ai.request.stream", true);
  attributes.whole("gen_ai.request.max_tokens", request.request.max_tokens);
  constexpr double kMillion = 1e6;
  if (request.request.temperature)
    attributes.number("gen_ai.request.temperature", static_cast<double>(*request.request.temperature) / kMillion);
  if (const Result<http::Url> url = http::parse_url(attempt.endpoint)) {
    attributes.text("server.address", url->address.host.empty() ? url->address.path : url->address.host);
    if (!url->address.port.empty() && url->address.port.find_first_not_of("0123456789") == std::string::npos)
      attributes.whole("server.port", std::stoll(url->address.port));
  }
  if (attempt.status != 0) attributes.whole("http.response.status_code", attempt.status);
  attributes.text("signalbox.model", model.name);
  attributes.whole("signalbox.attempt", static_cast<int64_t>(number));
  attributes.text("signalbox.class", attempt.outcome);
  if (&attempt == answering(request)) add_answer(request, attributes);
  const bool fails = attempt.outcome != "ok";
  if (fails) attributes.text("error.type", attempt.status != 0 ? std::to_string(attempt.status) : attempt.outcome);
  json["attributes"] = attributes.take();
  json["status"] = fails ? Json{{"code", kError}, {"message", attempt.outcome}} : Json::object();
  return json;
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string SpanIds::next() {
  uint64_t id = 0;
  while (id == 0) id = engine_();
  return fmt::format("{:016x}", id);
}

std::vector<std::string> spans(const Served& request, SpanIds& ids) {
  const std::string id = request.span_id.empty() ? ids.next() : request.span_id;
  std::vector<std::string> all{dumped(server_span(request, id))};
  for (size_t i = 0; i < request.attempts.size() && request.generation != nullptr; ++i) {
    const AttemptRecord& attempt = request.attempts[i];
    all.push_back(dumped(client_span(request, attempt, attempt.span_id.empty() ? ids.next() : attempt.span_id, id, i + 1)));
  }
  return all;
}

std::string export_request(const std::vector<std::string>& spans, const std::string& service_name) {
  Attributes resource;
  resource.text("service.name", service_name);
  resource.text("telemetry.sdk.name", "signalbox");
  resource.text("telemetry.sdk.language", "cpp");
  std::string body = R"({"resourceSpans":[{"resource":{"attributes":)" + dumped(resource.take()) +
                     R"(},"scopeSpans":[{"scope":{"name":"signalbox"},"spans":[)";
  for (const std::string& span : spans) body.append(body.back() == '[' ? "" : ",").append(span);
  return body + "]}]}]}";
}

}  // namespace sbx::observe
