// SPDX-License-Identifier: Apache-2.0
// A test shows something where another request could get something else. Models are left alone: which of them fits depends on the request.
#include "compiler/analysis/check_tests.h"

#include <algorithm>
#include <set>

#include "compiler/analysis/actions.h"

namespace sbx::analysis {
namespace {

class TestCheck {
 public:
  TestCheck(const sema::Policy& policy, Diagnostics& diags) : policy_(policy), diags_(diags), is_set_(policy.slots.size()) {
    for_each_action(policy, [&](const sema::Action& action) {
      if (const auto* set = std::get_if<sema::SetSlot>(&action)) is_set_[set->slot.index] = true;
      if (const auto* change = std::get_if<sema::ChangeSlot>(&action)) is_set_[change->slot.index] = true;
      if (const auto* limit = std::get_if<sema::LimitSlot>(&action)) is_set_[limit->slot.index] = true;
    });
    for (const sema::Route& route : policy.routes) add_ends(route.outcome);
    if (policy.otherwise) add_ends(*policy.otherwise);
  }

  void check(const sema::Test& test) {
    size_t expected = 0;
    for (const sema::TestStep& step : test.steps) {
      expected += step.expect.size();
      if (!std::ranges::all_of(step.expect, [&](const sema::Expectation& one) { return is_everyones(one); })) return;
    }
    if (expected == 0 && !policy_.requires_.empty()) return;  // what is required is held against it
    const std::string what = "the test \"" + test.title + "\"";
    diags_.report(Kind::Tautology, test.span, expected == 0 ? what + " expects nothing" : what + " expects what every request gets")
        .at_span(expected == 0 ? "passes whatever is decided" : "passes whatever is given")
        .help(expected == 0 ? "say what shall come of it: `expect { route: … }`"
                            : "expect something that another request would not get, or remove it")
        .about(policy_.name, {test.title});
  }

 private:
  void add_ends(const sema::Outcome& outcome) {
    for (const sema::Candidate& candidate : outcome.candidates) {
      ends_ |= std::holds_alternative<Denial>(candidate.target) || std::holds_alternative<Response>(candidate.target) ||
               std::holds_alternative<Escalation>(candidate.target);
    }
  }

  bool is_everyones(const sema::Expectation& one) const {
    const bool goes_one_way = policy_.routes.empty();
    const auto is = [&](const char* value) { return !one.is_list && one.values == std::vector<std::string>{value}; };
    if (one.name == "route") return goes_one_way && is("otherwise");
    if (one.name == "outcome") return !ends_ && (is("call") || (goes_one_way && is("otherwise")));
    if (one.name == "rules") return one.is_list && one.values.empty() && policy_.rules.empty();
    for (size_t i = 0; i < policy_.slots.size(); ++i) {
      const Slot& slot = policy_.slots[policy_.slots.id_at(i)].facts;
      if (slot.name == one.name) return slot.kind == Slot::Kind::Choice && !slot.keyed && !is_set_[i];
    }
    return false;
  }

  const sema::Policy& policy_;
  Diagnostics& diags_;
  std::vector<bool> is_set_;  // by SlotId
  bool ends_ = false;         // some requests are denied, answered or passed on here
};

}  // namespace

void check_tests(const sema::Policy& policy, Diagnostics& diags) {
  TestCheck check(policy, diags);
  for (const sema::Test& test : policy.tests) check.check(test);
}

}  // namespace sbx::analysis
