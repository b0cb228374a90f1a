// SPDX-License-Identifier: Apache-2.0
// What would be decided: nothing is called, and nothing is learned.
#include "runtime/engine/decision_json.h"
#include "runtime/gateway/identity.h"
#include "runtime/gateway/serving.h"
#include "runtime/request/decode.h"

namespace sbx::gateway {

http::Response answer_route(Serving& serving, const http::Request& request) {
  Request caller;
  if (!identify(serving.settings, request, caller)) return error_answer(Dialect::Chat, 401, "the key that was shown is none that is known here", "invalid_api_key");
  Decoded decoded = decode_request(request.body, {.now_us = now_us(), .seed = 0});
  if (!decoded.request) return http::json(400, error_json(decoded.id, decoded.request.error()) + "\n");
  const std::shared_ptr<embed::Generation> generation = serving.policies.pick(*decoded.request).generation;
  if (!generation) return error_answer(Dialect::Chat, 503, "no policy is loaded");
  serving.sessions.recall(*decoded.request);
  const std::shared_ptr<const state::Snapshot> snapshot = serving.store->snapshot();
  const bool all = request.query("explain") == "1";
  Result<Decision> decision = generation->decide(*decoded.request, {.explain = all ? ExplainLevel::Full : ExplainLevel::Brief, .given = {}, .state = snapshot.get()});
  if (!decision) return http::json(400, error_json(decoded.id, decision.error()) + "\n");
  return http::json(200, decision_json(generation->manifest(), *decision, all) + "\n");
}

}  // namespace sbx::gateway
