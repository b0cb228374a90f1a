// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/accept_call.h"

#include <algorithm>

#include "runtime/gateway/identity.h"
#include "runtime/gateway/trace_context.h"
#include "runtime/http/encoding.h"
#include "runtime/request/decode.h"

namespace sbx::gateway {

Refusal accept_head(const Settings& settings, const http::Request& head, Api api, Request& request, observe::Served& served) {
  request.id = new_id();
  request.path = head.path();
  request.has_body = false;
  request.dialect = dialect_of(api);
  request.time_us = served.begin_us = now_us();
  request.seed = std::hash<std::string>{}(request.id);
  read_trace_context(head.headers, served);
  if (identify(settings, head, request)) return std::nullopt;
  return error_answer(request.dialect, 401, "the key that was shown is none that is known here", "invalid_api_key");
}

Refusal pick_policy(const Policies& policies, const Request& request, Policies::Pick& pick, observe::Served& served) {
  pick = policies.pick(request);
  if (!pick.generation) return error_answer(request.dialect, 503, "no policy is loaded");
  served.generation = pick.generation;
  served.canary = pick.canary;
  return std::nullopt;
}

Refusal decompress(const Settings& settings, const http::Headers& headers, Dialect dialect, std::string_view body,
                   std::optional<std::string>& plain) {
  const auto encoding = http::find(headers, "content-encoding");
  if (!encoding) return std::nullopt;
  http::Decoded decoded = http::decode_body(*encoding, body, static_cast<size_t>(settings.limits.body_bytes));
  if (!decoded.body) return error_answer(dialect, decoded.too_large ? 413 : 415, decoded.body.error().message);
  plain = std::move(*decoded.body);
  return std::nullopt;
}

Refusal accept_body(std::string_view body, Request& request) {
  const DecodeOptions options{.dialect = request.dialect, .now_us = request.time_us, .seed = request.seed};
  const Dialect dialect = request.dialect;
  Decoded decoded = sbx::decode_body(std::move(request), body, options);
  if (!decoded.request) return error_answer(dialect, 400, decoded.request.error().message, decoded.request.error().code);
  request = std::move(*decoded.request);
  return std::nullopt;
}

Refusal accept_model(const Manifest& manifest, const Request& request) {
  const std::vector<std::string>& serves = manifest.serves;
  if (serves.empty() || std::ranges::find(serves, request.model) != serves.end()) return std::nullopt;
  return error_answer(request.dialect, 404, "there is no model `" + request.model + "` here; ask for `" + serves.front() + "`",
                      "model_not_found");
}

int64_t answers_asked(std::string_view body) {
  return body.find("\"n\"") == std::string_view::npos ? 1 : number_member(body, "n").value_or(1);
}

http::Headers decision_marks(const std::string& id, const Manifest& manifest, const Decision& decision, const Model* model) {
  http::Headers marks{{"x-signalbox-decision", id}, {"x-signalbox-policy", manifest.name + "@" + manifest.revision}};
  marks.emplace_back("x-signalbox-route",
                     decision.route ? manifest.routes[*decision.route].name : std::string(to_string(decision.outcome)));
  if (model != nullptr) marks.emplace_back("x-signalbox-model", model->name);
  return marks;
}

}  // namespace sbx::gateway
