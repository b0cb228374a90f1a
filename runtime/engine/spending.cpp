// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/spending.h"

namespace sbx {

std::string budget_state(const signals::BudgetUse& budget) { return "budget " + budget.name; }

std::string budget_key(const signals::BudgetUse& budget) {
  const std::vector<std::string_view> parts(budget.key.begin(), budget.key.end());
  return state::join_key(parts);
}

int64_t SpentInSnapshot::spent_micros(const signals::BudgetUse& budget) const {
  if (snapshot_ == nullptr) return 0;
  const std::string state = budget_state(budget), key = budget_key(budget);
  const auto* counter = snapshot_->find<state::Counter>({manifest_.name, state, key}, "");
  return counter == nullptr || counter->window_us != budget.window_us ? 0 : counter->used + counter->held;
}

}  // namespace sbx
