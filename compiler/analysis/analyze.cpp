// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/analyze.h"

#include <algorithm>
#include <set>

#include "compiler/analysis/actions.h"
#include "compiler/analysis/exclusions.h"
#include "compiler/analysis/one_reading.h"
#include "compiler/analysis/study.h"
#include "runtime/program/operands.h"

namespace sbx::analysis {
namespace {

/// All that a check may ask about: how routes and rules fire, and the parts of their conditions.
std::vector<GuardId> asked(const Module& module) {
  std::set<GuardId> guards(module.graph.outputs.begin(), module.graph.outputs.end());
  const auto add = [&](const std::optional<Clause>& clause) {
    if (clause) for_each_clause_guard(*clause, [&](GuardId guard) { guards.insert(guard); });
  };
  for (const Route& route : module.manifest.routes) {
    guards.insert(route.guard);
    add(route.clause);
  }
  for (const Rule& rule : module.manifest.rules) add(rule.clause);
  return {guards.begin(), guards.end()};
}

std::optional<Amount> bound(Study& study, Spent spent, std::optional<RouteId> winner) {
  const std::optional<Expense> dearest =
      study.costs.dearest(spent, winner, [&](const Question& question) { return study.search.possible(question).found != Found::No; });
  if (!dearest) return Amount{0};  // it never wins, or asks nobody
  return dearest->is_bounded ? std::optional(dearest->most) : std::nullopt;
}

Worst worst_of(Study& study, std::optional<RouteId> winner) {
  Worst worst;
  if (const std::optional<Amount> cost = bound(study, Spent::Money, winner)) worst.dollars = in_dollars(*cost);
  if (const std::optional<Amount> time = bound(study, Spent::Time, winner)) worst.milliseconds = in_milliseconds(*time);
  return worst;
}

Bounds bounds_of(Study& study) {
  Bounds bounds;
  for (size_t i = 0; i < study.policy.routes.size(); ++i) bounds.routes.push_back(worst_of(study, study.policy.routes.id_at(i)));
  if (study.policy.otherwise) bounds.otherwise = worst_of(study, std::nullopt);
  return bounds;
}

}  // namespace

ShownRequest shown(const Module& module, const Witness& witness) {
  const GraphState state = settled(module, witness);
  ShownRequest shown{witness.envelope, {}, witness.vectors, witness.ground};
  for (const Route& route : module.manifest.routes) {
    if (state.guards[route.guard.index].must) shown.fires.push_back(route.name);
  }
  for (const Rule& rule : module.manifest.rules) {
    // One that reads the route or the model holds for some attempts and not for others.
    const bool holds = rule.clause ? state.guards[rule.clause->holds.index].must : std::ranges::any_of(rule.when, is_always);
    if (holds) shown.fires.push_back(rule.name);
  }
  return shown;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + ("`" + names[i] + "`");
  return text;
}

Bounds analyze(const SourceSet& sources, const sema::Policy& policy, const std::vector<Required>& required, const Module& module,
               World& world, Diagnostics& diags, std::optional<Deadline> deadline, const Known& known, bool only_errors) {
  const size_t before = diags.all().size(), proved_before = diags.proved().size();
  Space space(module, asked(module));
  exclude_two_readings(space);
  exclude_together(space, known.texts);
  Arithmetic arithmetic(space);
  Similarities similarities(space, vector_signals(module.manifest, known.vectors));
  const Grounds grounds(space, similarities, known);
  Search search(space, arithmetic, &world, deadline);
  search.use(similarities);
  search.use(grounds);
  const Contest contest(module);
  const Attempts attempts(module, contest);
  const Assignments assignments(module, attempts);
  const Costs costs(module, space, contest, attempts);
  Study study{
      sources, policy, module, contest, attempts, assignments, costs, required, search, world, std::vector<bool>(policy.routes.size())};
  check_guards(study, diags);
  check_reached(study, diags);
  check_conflicts(study, diags);
  check_slots(study, diags);
  check_gaps(study, diags);
  check_capability(study, diags);
  check_requires(study, diags);
  if (!only_errors) {
    check_boundaries(study, diags);
    check_useless_over(study, diags);
    check_redundant(study, diags);
  }
  Bounds bounds = only_errors ? Bounds{} : bounds_of(study);
  if (search.ran_out()) {
    diags.report(Kind::Unsettled, policy.span, "the time budget ended before everything was looked at")
        .help("give it more time: `--time-budget`; without one it ends when it is done")
        .about(policy.name);
  }
  if (similarities.has_excluded()) {
    Diagnostics others;
    analyze(sources, policy, required, module, world, others, deadline, {.vectors = {}, .texts = known.texts}, only_errors);
    mark_geometric(diags, before, proved_before, others, similarities);
  }
  return bounds;
}

}  // namespace sbx::analysis
