// SPDX-License-Identifier: Apache-2.0
// signalbox.h: requests, from the head to the decision.
#include "runtime/embed/c_handles.h"
#include "runtime/embed/c_views.h"
#include "runtime/engine/decision_json.h"
#include "runtime/request/decode.h"

using namespace sbx;
using namespace sbx::embed;

namespace {

DecideOptions options_of(const Head& head) { return {.explain = ExplainLevel::None, .deadline_us = head.deadline_us, .given = {}}; }

// What is asked for next is told anew. Nothing here can fail, so a request is as it was or settled.
sbx_status wrong(sbx_request& request, Error error) {
  request.error = std::move(error);
  request.explanation.reset();
  return SBX_BAD_REQUEST;
}

sbx_status settle(sbx_request& request, Result<Decision> decision, bool used_body = false) {
  if (!decision) return wrong(request, decision.error());
  request.decision = std::move(*decision);
  request.used_body = used_body;
  request.error.reset();
  request.plan.reset();
  request.explanation.reset();
  return SBX_OK;
}

sbx_status begin(sbx_request& request) {
  const RequestHead head{request.head.request, request.head.dialect.has_value()};
  if (request.head.body_withheld) return settle(request, request.generation->decide_without_body(head, options_of(request.head)));
  Result<std::optional<Decision>> early = request.generation->decide_early(head, options_of(request.head));
  if (!early) return wrong(request, early.error());
  if (!*early) return SBX_NEEDS_BODY;
  return settle(request, std::move(**early));
}

sbx_status decide_by_body(sbx_request& request, std::string_view body) {
  const DecodeOptions decode{.dialect = request.head.dialect, .now_us = request.head.request.time_us, .seed = request.head.request.seed};
  Decoded decoded = decode_body(request.head.request, body, decode);
  if (!decoded.request) return wrong(request, decoded.request.error());
  return settle(request, request.generation->decide(*decoded.request, options_of(request.head)), true);
}

/// A request of the policy in force. Not SBX_OK: the arguments are not as they must be, or nothing is in force.
sbx_status make(sbx_router* router, const sbx_head* given, std::unique_ptr<sbx_request>& request) {
  if (router == nullptr) return SBX_INVALID;
  std::optional<Head> head = read_head(given);
  if (!head) return SBX_INVALID;
  auto made = std::make_unique<sbx_request>();
  made->generation = router->router.current();
  made->head = std::move(*head);
  if (!made->generation) return SBX_NO_POLICY;
  request = std::move(made);
  return SBX_OK;
}

}  // namespace

extern "C" {

sbx_status sbx_begin(sbx_router* router, const sbx_head* head, sbx_request** out) {
  if (out == nullptr) return SBX_INVALID;
  *out = nullptr;
  return guarded([&]() -> sbx_status {
    std::unique_ptr<sbx_request> request;
    if (const sbx_status status = make(router, head, request); status != SBX_OK) return status;
    const sbx_status status = begin(*request);
    *out = request.release();
    return status;
  });
}

sbx_status sbx_body(sbx_request* request, sbx_text body) {
  return guarded([&]() -> sbx_status {
    if (request == nullptr || body.data == nullptr || request->used_body) return SBX_INVALID;
    return decide_by_body(*request, view(body));
  });
}

sbx_status sbx_decide(sbx_router* router, const sbx_head* head, sbx_text body, sbx_request** out) {
  if (out == nullptr) return SBX_INVALID;
  *out = nullptr;
  return guarded([&]() -> sbx_status {
    if (body.data == nullptr) return SBX_INVALID;
    std::unique_ptr<sbx_request> request;
    if (const sbx_status status = make(router, head, request); status != SBX_OK) return status;
    const sbx_status status = decide_by_body(*request, view(body));
    *out = request.release();
    return status;
  });
}

void sbx_request_free(sbx_request* request) { delete request; }

sbx_text sbx_explain(sbx_request* request) {
  if (request == nullptr) return kAbsent;
  (void)guarded([&]() -> sbx_status {
    if (request->explanation) return SBX_OK;
    if (request->error) {
      request->explanation = error_json(request->head.request.id, *request->error);
    } else if (request->decision) {
      request->generation->explain(*request->decision, request->head.explain);
      request->explanation = decision_json(request->generation->manifest(), *request->decision, request->head.explain);
    }
    return SBX_OK;
  });
  return request->explanation ? text_of(*request->explanation) : sbx_text{"", 0};
}

}  // extern "C"
