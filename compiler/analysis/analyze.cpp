// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/analyze.h"

#include <algorithm>
#include <set>

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

bool is_always(const Condition& condition) { return condition.bit == kAlways && condition.routes.empty() && condition.models.empty(); }

}  // namespace

ShownRequest shown(const Module& module, const Witness& witness) {
  const GraphState state = settled(module, witness);
  ShownRequest shown{witness.envelope, {}};
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

void analyze(const sema::Policy& policy, const Module& module, World& world, Diagnostics& diags) {
  Space space(module, asked(module));
  Arithmetic arithmetic(space);
  Search search(space, arithmetic, &world);
  const Contest contest(module);
  const Attempts attempts(module, contest);
  Study study{policy, module, contest, attempts, search, world, std::vector<bool>(module.manifest.routes.size())};
  check_guards(study, diags);
  check_reached(study, diags);
  check_conflicts(study, diags);
  check_slots(study, diags);
  check_gaps(study, diags);
  check_requires(study, diags);
}

}  // namespace sbx::analysis
