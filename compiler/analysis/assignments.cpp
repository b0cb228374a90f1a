// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/assignments.h"

#include <algorithm>

namespace sbx::analysis {

Assignments::Assignments(const Module& module, const Attempts& attempts) : manifest_(module.manifest), attempts_(attempts) {
  for (size_t i = 0; i < manifest_.rules.size(); ++i) {
    const RuleId id = manifest_.rules.id_at(i);
    for (const Action& action : manifest_.rules[id].actions) {
      if (const auto* set = std::get_if<SetSlot>(&action)) rules_[{set->slot, set->key}].push_back({id, set});
    }
  }
}

std::optional<Assigner> Assignments::of_winner(const SlotKey& key, const Attempt& attempt) const {
  const auto of = [&](const SetSlot& set) { return set.slot == key.first && set.key == key.second; };
  if (attempt.ask != nullptr) {
    for (const SetSlot& setting : attempt.ask->settings) {
      if (of(setting)) return Assigner{std::nullopt, &setting};
    }
  }
  for (const Action& action : attempt.outcome->actions) {
    const auto* set = std::get_if<SetSlot>(&action);
    if (set != nullptr && of(*set)) return Assigner{std::nullopt, set};
  }
  return std::nullopt;
}

std::vector<Assigner> Assignments::all(const SlotKey& key, const Attempt& attempt) const {
  std::vector<Assigner> all;
  if (const std::optional<Assigner> winner = of_winner(key, attempt)) all.push_back(*winner);
  if (const auto rules = rules_.find(key); rules != rules_.end()) all.insert(all.end(), rules->second.begin(), rules->second.end());
  return all;
}

bool Assignments::is_over(const Assigner& a, const Assigner& b, std::optional<RouteId> winner) const {
  const auto listed = [&](const std::vector<RouteId>& routes) { return winner && std::ranges::find(routes, *winner) != routes.end(); };
  if (a.rule && b.rule) {
    const std::vector<RuleId>& beaten = manifest_.rules[*a.rule].over_rules;
    return std::ranges::find(beaten, *b.rule) != beaten.end();
  }
  if (a.rule) return manifest_.rules[*a.rule].over_routes || listed(manifest_.rules[*a.rule].over_listed);
  return b.rule && (manifest_.rules[*b.rule].under_routes || listed(manifest_.rules[*b.rule].under_listed));
}

bool Assignments::in_force(Question& question, const Assigner& assigner, const Case& chosen, const Attempt& attempt) const {
  if (assigner.rule && !attempts_.require(question, manifest_.rules[*assigner.rule].when, attempt)) return false;
  for (const Case& one : assigner.set->cases) {
    if (&one == &chosen) return attempts_.require(question, {one.when}, attempt);
    if (!attempts_.exclude(question, {one.when}, attempt)) return false;
  }
  return false;
}

bool Assignments::unbeaten(Question& question, const SlotKey& key, const Assigner& assigner, const Attempt& attempt) const {
  return std::ranges::all_of(all(key, attempt), [&](const Assigner& other) {
    if (other.set == assigner.set || !is_over(other, assigner, attempt.winner)) return true;
    return idle(question, other, attempt);
  });
}

bool Assignments::unassigned(Question& question, const SlotKey& key, const Attempt& attempt) const {
  return std::ranges::all_of(all(key, attempt), [&](const Assigner& one) { return idle(question, one, attempt); });
}

bool Assignments::idle(Question& question, const Assigner& assigner, const Attempt& attempt) const {
  std::vector<Condition> cases;
  for (const Case& one : assigner.set->cases) cases.push_back(one.when);
  const std::optional<AnyOf> assigns = attempts_.any(cases, attempt);
  const std::optional<AnyOf> fires = assigner.rule ? attempts_.any(manifest_.rules[*assigner.rule].when, attempt) : std::nullopt;
  if (!assigns && !fires) return false;
  if (!assigns || !fires) {
    for (const Literal& literal : assigns ? *assigns : *fires) question.none.push_back(literal.guard);
    return true;
  }
  for (const Literal& rule : *fires) {
    for (const Literal& one : *assigns) question.some.push_back({{rule.guard, false}, {one.guard, false}});
  }
  return true;
}

}  // namespace sbx::analysis
