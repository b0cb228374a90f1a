// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/relevant.h"

#include <algorithm>

#include "runtime/base/variant.h"

namespace sbx {

namespace {

template <class Visit>
void for_each_ask(const Outcome& outcome, Visit&& visit) {
  for (const Candidate& candidate : outcome.candidates) {
    std::visit(overloaded{
                   [&](const Ask& ask) { visit(ask); },
                   [&](const Selection& selection) { std::ranges::for_each(selection.among, visit); },
                   [&](const SplitChoice& split) { std::ranges::for_each(split.among, visit); },
                   [](const Denial&) {},
                   [](const Response&) {},
                   [](const Escalation&) {},
               },
               candidate.target);
  }
}

class Bits {
 public:
  Bits(const Manifest& manifest, std::optional<RouteId> winner, const std::function<bool(uint32_t)>& may,
       const std::function<void(uint32_t)>& visit)
      : manifest_(manifest), winner_(winner), may_(may), visit_(visit) {}

  void of_outcome(const Outcome& outcome) {
    denial_ = is_denial(outcome);
    models_ = models_of(outcome);
    for_each_ask(outcome, [&](const Ask& ask) {
      for (const SetSlot& setting : ask.settings) cases(setting);
    });
    actions(outcome.actions);
    for (const Rule& rule : manifest_.rules) of_rule(rule);
  }

 private:
  void of_rule(const Rule& rule) {
    const auto counted = [&](const Action& action) { return counts(manifest_, action, denial_); };
    if (std::ranges::none_of(rule.actions, counted)) return;
    bool can_fire = false;
    for (const Condition& condition : rule.when) {
      if (!concerns(condition, winner_, models_)) continue;
      can_fire |= condition.bit == kAlways || may_(condition.bit);
      one(condition);
    }
    if (can_fire) actions(rule.actions);
  }
  void actions(const std::vector<Action>& actions) {
    for (const Action& action : actions) {
      if (!counts(manifest_, action, denial_)) continue;
      if (const auto* set = std::get_if<SetSlot>(&action)) cases(*set);
      if (const auto* narrowing = std::get_if<NarrowModels>(&action)) {
        for (const ModelId model : models_) {
          for (const Condition& condition : narrowing->keep[model.index]) one(condition);
        }
      }
    }
  }
  void cases(const SetSlot& set) {
    for (const Case& one_case : set.cases) {
      if (concerns(one_case.when, winner_, models_)) one(one_case.when);
    }
  }
  void one(const Condition& condition) {
    if (condition.bit != kAlways) visit_(condition.bit);
  }

  const Manifest& manifest_;
  std::optional<RouteId> winner_;
  const std::function<bool(uint32_t)>& may_;
  const std::function<void(uint32_t)>& visit_;
  bool denial_ = false;
  std::vector<ModelId> models_;
};

}  // namespace

const Outcome* outcome_of(const Manifest& manifest, std::optional<RouteId> winner) {
  if (winner) return &manifest.routes[*winner].outcome;
  return manifest.otherwise ? &*manifest.otherwise : nullptr;
}

bool is_denial(const Outcome& outcome) {
  return !outcome.candidates.empty() && std::holds_alternative<Denial>(outcome.candidates.front().target);
}

std::vector<ModelId> models_of(const Outcome& outcome) {
  std::vector<ModelId> models;
  for_each_ask(outcome, [&](const Ask& ask) {
    if (std::ranges::find(models, ask.model) == models.end()) models.push_back(ask.model);
  });
  return models;
}

bool concerns(const Condition& condition, std::optional<RouteId> winner, const std::vector<ModelId>& models) {
  const uint32_t route = winner ? winner->index : kOtherwise;
  if (!condition.routes.empty() && std::ranges::find(condition.routes, route) == condition.routes.end()) return false;
  if (condition.models.empty()) return true;
  return std::ranges::any_of(condition.models, [&](ModelId id) { return std::ranges::find(models, id) != models.end(); });
}

bool counts(const Manifest& manifest, const Action& action, bool denial) {
  if (!denial) return true;
  return std::visit(overloaded{
                        [&](const SetSlot& set) { return manifest.slots[set.slot].effect; },
                        [&](const ChangeSlot& change) { return manifest.slots[change.slot].effect; },
                        [&](const LimitSlot& limit) { return manifest.slots[limit.slot].effect; },
                        [](const NarrowModels&) { return false; },
                    },
                    action);
}

void for_each_relevant_bit(const Manifest& manifest, std::optional<RouteId> winner, const std::function<bool(uint32_t)>& may,
                           const std::function<void(uint32_t)>& visit) {
  Bits bits(manifest, winner, may, visit);
  static const Outcome none{{Candidate{Denial{}, {}, {}}}, {}};
  const Outcome* outcome = outcome_of(manifest, winner);
  bits.of_outcome(outcome != nullptr ? *outcome : none);
  if (manifest.unserved) bits.of_outcome(*manifest.unserved);
}

void for_each_key(const Outcome& outcome, const std::function<void(SignalId)>& visit) {
  for (const Candidate& candidate : outcome.candidates) {
    if (const auto* split = std::get_if<SplitChoice>(&candidate.target)) visit(split->key);
    if (const auto* selection = std::get_if<Selection>(&candidate.target)) {
      for (const Selector& selector : selection->by) std::ranges::for_each(selector.reads, visit);
    }
  }
}

}  // namespace sbx
