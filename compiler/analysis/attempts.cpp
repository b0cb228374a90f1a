// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/attempts.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/engine/relevant.h"

namespace sbx::analysis {
namespace {

void add_attempts(std::optional<RouteId> winner, const Outcome& outcome, std::vector<Attempt>& attempts) {
  const size_t before = attempts.size();
  const auto add = [&](const Ask& ask) { attempts.push_back({winner, &outcome, &ask}); };
  for (const Candidate& candidate : outcome.candidates) {
    std::visit(overloaded{
                   add,
                   [&](const Selection& selection) { std::ranges::for_each(selection.among, add); },
                   [&](const SplitChoice& split) { std::ranges::for_each(split.among, add); },
                   [](const Denial&) {},
                   [](const Response&) {},
                   [](const Escalation&) {},
               },
               candidate.target);
  }
  if (attempts.size() == before) attempts.push_back({winner, &outcome, nullptr});
}

}  // namespace

Attempts::Attempts(const Module& module, const Contest& contest) : module_(module), contest_(contest) {
  const Table<RouteId, Route>& routes = module.manifest.routes;
  for (size_t i = 0; i < routes.size(); ++i) add_attempts(routes.id_at(i), routes[routes.id_at(i)].outcome, attempts_);
  if (module.manifest.otherwise) add_attempts(std::nullopt, *module.manifest.otherwise, attempts_);
}

std::optional<AnyOf> Attempts::any(const std::vector<Condition>& conditions, const Attempt& attempt) const {
  std::vector<ModelId> models;
  if (attempt.ask != nullptr) models.push_back(attempt.ask->model);
  AnyOf any;
  for (const Condition& condition : conditions) {
    if (!concerns(condition, attempt.winner, models)) continue;
    if (condition.bit == kAlways) return std::nullopt;
    any.push_back({module_.graph.outputs[condition.bit]});
  }
  return any;
}

bool Attempts::require(Question& question, const std::vector<Condition>& conditions, const Attempt& attempt) const {
  std::optional<AnyOf> any = this->any(conditions, attempt);
  if (!any) return true;
  if (any->empty()) return false;
  question.some.push_back(std::move(*any));
  return true;
}

bool Attempts::exclude(Question& question, const std::vector<Condition>& conditions, const Attempt& attempt) const {
  const std::optional<AnyOf> any = this->any(conditions, attempt);
  if (!any) return false;
  for (const Literal& literal : *any) question.none.push_back(literal.guard);
  return true;
}

Question Attempts::reached(const Attempt& attempt) const {
  Question question = attempt.winner ? contest_.wins(*attempt.winner) : contest_.nobody();
  if (attempt.ask == nullptr) return question;
  for (const Rule& rule : module_.manifest.rules) {
    if (rule.narrowing) narrow(question, rule.when, rule.actions, attempt);
  }
  narrow(question, {Condition{}}, attempt.outcome->actions, attempt);
  return question;
}

// Of each condition of the rule and each of its narrowings: the condition fails, or the model is kept.
void Attempts::narrow(Question& question, const std::vector<Condition>& when, const std::vector<Action>& actions,
                      const Attempt& attempt) const {
  const std::optional<AnyOf> fires = any(when, attempt);
  for (const Action& action : actions) {
    const auto* narrowing = std::get_if<NarrowModels>(&action);
    if (narrowing == nullptr) continue;
    const std::optional<AnyOf> kept = any(narrowing->keep[attempt.ask->model.index], attempt);
    if (!kept) continue;
    if (!fires) question.some.push_back(*kept);
    for (const Literal& literal : fires.value_or(AnyOf{})) {
      question.some.push_back(*kept);
      question.some.back().push_back({literal.guard, false});
    }
  }
}

}  // namespace sbx::analysis
