// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/attempts.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/engine/relevant.h"

namespace sbx::analysis {
namespace {

void add_attempts(std::optional<RouteId> winner, const Outcome& outcome, std::vector<Attempt>& attempts) {
  const size_t before = attempts.size();
  for (const Candidate& candidate : outcome.candidates) {
    const auto add = [&](const Ask& ask) { attempts.push_back({winner, &outcome, &ask, &candidate}); };
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
  if (attempts.size() == before) attempts.push_back({.winner = winner, .outcome = &outcome});
}

}  // namespace

Attempts::Attempts(const Module& module, const Contest& contest) : module_(module), contest_(contest) {
  const Table<RouteId, Route>& routes = module.manifest.routes;
  for (size_t i = 0; i < routes.size(); ++i) {
    first_.push_back(attempts_.size());
    add_attempts(routes.id_at(i), routes[routes.id_at(i)].outcome, attempts_);
  }
  first_.push_back(attempts_.size());
  if (module.manifest.otherwise) add_attempts(std::nullopt, *module.manifest.otherwise, attempts_);
  first_.push_back(attempts_.size());
}

std::span<const Attempt> Attempts::of(std::optional<RouteId> winner) const {
  const size_t at = winner ? winner->index : first_.size() - 2;
  return std::span(attempts_).subspan(first_[at], first_[at + 1] - first_[at]);
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
  keep(question, attempt);
  return question;
}

void Attempts::keep(Question& question, const Attempt& attempt) const {
  if (attempt.ask == nullptr) return;
  for (const Rule& rule : module_.manifest.rules) {
    if (rule.narrowing) narrow(question, rule.when, rule.actions, attempt);
  }
  narrow(question, {Condition{}}, attempt.outcome->actions, attempt);
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
