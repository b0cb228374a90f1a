// SPDX-License-Identifier: Apache-2.0
// signalbox.h: what was decided, as views into the request.
#include <cstddef>

#include "runtime/base/variant.h"
#include "runtime/embed/c_handles.h"
#include "runtime/embed/c_views.h"

using namespace sbx;
using namespace sbx::embed;

// The layout is the contract: bindings in other languages write it down again.
static_assert(sizeof(sbx_text) == 16 && sizeof(sbx_pair) == 32 && sizeof(sbx_end) == 40 && sizeof(sbx_mutation) == 48);
static_assert(sizeof(sbx_load_options) == 160 && offsetof(sbx_load_options, require_signature) == 152);
static_assert(sizeof(sbx_head) == 304 && offsetof(sbx_head, id) == 16 && offsetof(sbx_head, headers) == 80);
static_assert(sizeof(sbx_decision) == 192 && sizeof(sbx_candidate) == 80);

namespace {

sbx_end end_of(const Denial& end) { return {SBX_DENY, static_cast<uint32_t>(end.status), text_of(end.message), kAbsent}; }
sbx_end end_of(const Response& end) { return {SBX_RESPOND, 0, text_of(end.message), kAbsent}; }
sbx_end end_of(const Escalation& end) { return {SBX_ESCALATE, 0, text_of(end.message), text_of(end.target)}; }
constexpr sbx_end kNoEnd{SBX_NOTHING, 0, kAbsent, kAbsent};

sbx_end end_of(const Decision& decision) {
  if (decision.denied) return end_of(*decision.denied);
  if (decision.response) return end_of(*decision.response);
  return decision.escalation ? end_of(*decision.escalation) : kNoEnd;
}

sbx_end after_of(const Decision& decision) {
  if (!decision.after) return kNoEnd;
  return std::visit([](const auto& end) { return end_of(end); }, *decision.after);
}

uint32_t outcome_of(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::Route:
      return SBX_ROUTE;
    case OutcomeKind::Otherwise:
      return SBX_OTHERWISE;
    case OutcomeKind::Deny:
      return SBX_DENY;
    case OutcomeKind::Respond:
      return SBX_RESPOND;
    case OutcomeKind::Escalate:
      return SBX_ESCALATE;
  }
  return SBX_NOTHING;
}

/// Null before there is a decision.
const Plan* planned(const sbx_request* request) {
  if (request == nullptr || !request->decision) return nullptr;
  if (!request->plan)
    request->plan = plan_of(request->generation->manifest(), *request->decision, request->head.body_withheld && !request->used_body);
  return &*request->plan;
}

}  // namespace

extern "C" {

sbx_status sbx_get_decision(const sbx_request* request, sbx_decision* out) {
  return guarded([&]() -> sbx_status {
    const Plan* plan = planned(request);
    if (plan == nullptr) return SBX_INVALID;
    const Manifest& manifest = request->generation->manifest();
    const Decision& decision = *request->decision;
    const sbx_decision given{.version = 0,
                             .size = 0,
                             .outcome = outcome_of(decision.outcome),
                             .used_body = request->used_body ? 1U : 0U,
                             .candidate_count = plan->candidates.size(),
                             .mutation_count = plan->mutations.size(),
                             .generation = request->generation->number,
                             .policy = text_of(manifest.name),
                             .revision = text_of(manifest.revision),
                             .route = decision.route ? text_of(manifest.routes[*decision.route].name) : kAbsent,
                             .end = end_of(decision),
                             .after = after_of(decision),
                             .unserved = decision.unserved ? 1U : 0U,
                             .reserved = 0,
                             .decide_ns = decision.decide_ns,
                             .signals_us = decision.signals_us};
    return give(given, out) ? SBX_OK : SBX_INVALID;
  });
}

sbx_status sbx_get_candidate(const sbx_request* request, uint64_t index, sbx_candidate* out) {
  return guarded([&]() -> sbx_status {
    const Plan* plan = planned(request);
    if (plan == nullptr || index >= plan->candidates.size()) return SBX_INVALID;
    const PlannedCandidate& candidate = plan->candidates[index];
    const sbx_candidate given{.version = 0,
                              .size = 0,
                              .model = text_of(candidate.model->name),
                              .provider = text_of(candidate.model->provider),
                              .served_name = text_of(candidate.model->served_name),
                              .on = candidate.on_views.data(),
                              .on_count = candidate.on_views.size(),
                              .mutation_count = candidate.mutations.size()};
    return give(given, out) ? SBX_OK : SBX_INVALID;
  });
}

sbx_status sbx_get_mutation(const sbx_request* request, uint64_t candidate, uint64_t index, sbx_mutation* out) {
  return guarded([&]() -> sbx_status {
    const Plan* plan = planned(request);
    if (plan == nullptr || (candidate != UINT64_MAX && candidate >= plan->candidates.size())) return SBX_INVALID;
    const std::vector<Mutation>& all = candidate == UINT64_MAX ? plan->mutations : plan->candidates[candidate].mutations;
    if (index >= all.size()) return SBX_INVALID;
    const sbx_mutation given{.version = 0,
                             .size = 0,
                             .kind = all[index].kind,
                             .is_default = all[index].is_default ? 1U : 0U,
                             .name = text_of(all[index].name),
                             .value = text_of(all[index].value)};
    return give(given, out) ? SBX_OK : SBX_INVALID;
  });
}

}  // extern "C"
