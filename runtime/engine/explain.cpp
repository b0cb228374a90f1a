// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/explain.h"

#include <algorithm>

#include "runtime/engine/clauses.h"

namespace sbx {

namespace {

class Explainer {
 public:
  Explainer(const Program& program, const Frame& frame, Decision& decision)
      : manifest_(program.module.manifest),
        frame_(frame),
        state_(evaluate(program.module.graph, program.module.manifest, frame.view())),
        decision_(decision) {}

  void run(std::optional<RouteId> winner, bool full) {
    const uint32_t end = winner ? manifest_.routes[*winner].bit : static_cast<uint32_t>(manifest_.order.size());
    for (uint32_t bit = 0; full && bit < end; ++bit) {
      const Route& route = manifest_.routes[manifest_.order[bit]];
      if (route.clause) tell(route.name, *route.clause);
    }
    if (winner && manifest_.routes[*winner].clause) tell(manifest_.routes[*winner].name, *manifest_.routes[*winner].clause);
    for (size_t i = 0; i < manifest_.rules.size(); ++i) {
      const RuleId id = manifest_.rules.id_at(i);
      const Rule& rule = manifest_.rules[id];
      const bool fires = std::ranges::find(decision_.rules, id) != decision_.rules.end();
      if (rule.clause && (fires || full)) tell(rule.name, *rule.clause);
    }
    if (full) find_near(winner);
  }

 private:
  TestResult result(const Clause& clause) const { return result_of(clause, state_); }
  bool is_open(const Clause& clause) const { return sbx::is_open(clause, state_, frame_); }

  // Of what holds because of some, those that hold; of what does not because of some, those that do not.
  void tell(const std::string& rule, const Clause& clause) {
    if (clause.shape == Clause::Shape::Test) {
      if (!is_open(clause)) decision_.why.push_back({rule, &clause, result(clause)});
      return;
    }
    const bool holds = result(clause) == TestResult::True;
    for (const Clause& child : clause.children) {
      const bool child_holds = result(child) == TestResult::True;
      if (holds == child_holds || (clause.shape == Clause::Shape::All) == holds) tell(rule, child);
    }
  }

  struct Distance {
    size_t tests = 0;
    std::vector<const Clause*> failed;
  };

  // How many tests keep a clause from holding: all of an `and`, the fewest of an `or`.
  Distance distance(const Clause& clause) const {
    if (result(clause) == TestResult::True) return {};
    Distance total;
    if (clause.shape == Clause::Shape::Test) {
      total.tests = 1;
      if (!is_open(clause)) total.failed.push_back(&clause);
      return total;
    }
    bool first = true;
    for (const Clause& child : clause.children) {
      Distance one = distance(child);
      if (clause.shape == Clause::Shape::Any) {
        if (first || one.tests < total.tests) total = std::move(one);
      } else {
        total.tests += one.tests;
        total.failed.insert(total.failed.end(), one.failed.begin(), one.failed.end());
      }
      first = false;
    }
    return total;
  }

  void find_near(std::optional<RouteId> winner) {
    std::optional<Distance> best;
    for (const RouteId id : manifest_.order) {
      const Route& route = manifest_.routes[id];
      if (id == winner || !route.clause || state_.guards[route.guard.index].must) continue;
      Distance here = distance(*route.clause);
      if (best && best->tests <= here.tests) continue;
      decision_.near = Near{id, here.failed};
      best = std::move(here);
    }
  }

  const Manifest& manifest_;
  const Frame& frame_;
  GraphState state_;
  Decision& decision_;
};

}  // namespace

void explain(const Program& program, const Frame& frame, std::optional<RouteId> winner, bool full, Decision& decision) {
  Explainer(program, frame, decision).run(winner, full);
}

}  // namespace sbx
