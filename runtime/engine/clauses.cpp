// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/clauses.h"

#include <algorithm>

namespace sbx {

namespace {

template <class Visit>
void for_each_test(const Clause& clause, const Visit& visit) {
  if (clause.shape == Clause::Shape::Test) return visit(clause);
  for (const Clause& child : clause.children) for_each_test(child, visit);
}

}  // namespace

TestResult result_of(const Clause& clause, const GraphState& state) {
  if (state.guards[clause.holds.index].must) return TestResult::True;
  if (state.guards[clause.fails.index].must) return TestResult::False;
  return TestResult::Unknown;
}

bool is_open(const Clause& clause, const GraphState& state, const Frame& frame) {
  return result_of(clause, state) == TestResult::Unknown &&
         std::ranges::any_of(clause.signals, [&](SignalId signal) { return frame.is_pending(signal); });
}

void for_each_asked_test(const Program& program, const FrameLayout& layout, const Decision& decision,
                         const std::function<void(const Clause&, TestResult)>& visit) {
  const Manifest& manifest = program.module.manifest;
  Frame frame(layout);
  for (size_t i = 0; i < decision.readings.size(); ++i) {
    if (decision.readings[i].state != ReadingState::Skipped) frame.settle(manifest.signals.id_at(i), decision.readings[i]);
  }
  const GraphState state = evaluate(program.module.graph, manifest, frame.view());
  const auto tell = [&](const std::optional<Clause>& whole) {
    if (!whole) return;
    for_each_test(*whole, [&](const Clause& test) {
      if (!is_open(test, state, frame)) visit(test, result_of(test, state));
    });
  };
  for (const RouteId route : manifest.order) {
    tell(manifest.routes[route].clause);
    if (decision.route == route) break;
  }
  for (const Rule& rule : manifest.rules) tell(rule.clause);
}

}  // namespace sbx
