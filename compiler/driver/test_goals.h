// SPDX-License-Identifier: Apache-2.0
// What tests of a policy should show: each route and rule in force, each condition of a guard true and false, thresholds on both sides.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/search.h"

namespace sbx::driver {

/// Readings that show a goal; `route`: which must decide then; `rule`: which must fire, where that hangs on who is asked.
struct Aim {
  analysis::Question question;
  std::optional<RouteId> route;
  std::optional<RuleId> rule = {};
};

/// One thing to show. `aims` are tried in turn, the most telling one first.
struct TestGoal {
  std::string title;
  std::vector<Aim> aims;
  bool is_edge = false;  // a condition right where it turns; that it holds and fails at all are goals of their own
  bool any_aim_will_do = false;
};

/// The goals of a policy, routes first, in source order. Adds guards for the edges of thresholds to the graph.
[[nodiscard]] std::vector<TestGoal> goals_of(Module& module);
/// All guards that goals ask about.
[[nodiscard]] std::vector<GuardId> guards_of(const std::vector<TestGoal>& goals);

}  // namespace sbx::driver
