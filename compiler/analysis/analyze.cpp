// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/analyze.h"

#include <algorithm>
#include <set>

#include "compiler/analysis/actions.h"
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

std::optional<Decimal> bound(Study& study, std::optional<RouteId> winner) {
  const std::vector<Expense> expenses = study.costs.expenses(winner);
  const auto is_known = [](const Expense& expense) { return expense.is_bounded && expense.most > 0; };
  const bool is_free = std::ranges::all_of(expenses, &Expense::is_bounded);
  if (!is_free && std::ranges::none_of(expenses, is_known)) return std::nullopt;  // no model has a price
  for (const Expense& expense : expenses) {
    if (study.search.possible(expense.question).found == Found::No) continue;
    return expense.is_bounded ? std::optional(in_dollars(expense.most)) : std::nullopt;
  }
  return Decimal{};
}

Bounds bounds_of(Study& study) {
  Bounds bounds;
  for (size_t i = 0; i < study.policy.routes.size(); ++i) bounds.routes.push_back(bound(study, study.policy.routes.id_at(i)));
  if (study.policy.otherwise) bounds.otherwise = bound(study, std::nullopt);
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
               World& world, Diagnostics& diags, std::optional<Deadline> deadline, const Known& known) {
  const size_t before = diags.all().size(), proved_before = diags.proved().size();
  Space space(module, asked(module));
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
  check_boundaries(study, diags);
  check_useless_over(study, diags);
  check_redundant(study, diags);
  Bounds bounds = bounds_of(study);
  if (search.ran_out()) {
    diags.report(Kind::Unsettled, policy.span, "the time budget ended before everything was looked at")
        .help("give it more time: `--time-budget`; without one it ends when it is done")
        .about(policy.name);
  }
  if (similarities.has_excluded()) {
    Diagnostics others;
    analyze(sources, policy, required, module, world, others, deadline);
    mark_geometric(diags, before, proved_before, others, similarities);
  }
  return bounds;
}

}  // namespace sbx::analysis
