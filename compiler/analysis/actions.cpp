// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/actions.h"

#include <algorithm>

namespace sbx::analysis {

bool is_always(const Condition& condition) { return condition.bit == kAlways && condition.routes.empty() && condition.models.empty(); }

std::optional<int64_t> limit_of(SlotId slot, const std::vector<Action>& actions) {
  std::optional<int64_t> limit;
  for (const Action& action : actions) {
    const auto* found = std::get_if<LimitSlot>(&action);
    if (found && found->slot == slot) limit = std::min(found->at_most, limit.value_or(INT64_MAX));
  }
  return limit;
}

void for_each_action(const sema::Policy& policy, const std::function<void(const sema::Action&)>& visit) {
  const auto asks = [&](const std::vector<sema::Ask>& all) {
    for (const sema::Ask& ask : all) {
      for (const sema::SetSlot& set : ask.settings) visit(sema::Action{set});
    }
  };
  const auto outcome = [&](const sema::Outcome& of) {
    std::ranges::for_each(of.actions, visit);
    for (const sema::Candidate& candidate : of.candidates) {
      if (const auto* ask = std::get_if<sema::Ask>(&candidate.target)) asks({*ask});
      if (const auto* some = std::get_if<sema::Selection>(&candidate.target)) asks(some->among);
      if (const auto* some = std::get_if<sema::SplitChoice>(&candidate.target)) asks(some->among);
    }
  };
  for (const sema::Route& route : policy.routes) outcome(route.outcome);
  if (policy.otherwise) outcome(*policy.otherwise);
  for (const sema::Rule& rule : policy.rules) std::ranges::for_each(rule.actions, visit);
}

}  // namespace sbx::analysis
