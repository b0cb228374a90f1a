// SPDX-License-Identifier: Apache-2.0
// What a snapshot says has been spent under a policy's budgets.
#pragma once

#include "runtime/signals/budget.h"
#include "runtime/state/snapshot.h"

namespace sbx {

/// The state that a budget is counted in, and its key there.
[[nodiscard]] std::string budget_state(const signals::BudgetUse& budget);
[[nodiscard]] std::string budget_key(const signals::BudgetUse& budget);

class SpentInSnapshot final : public signals::Spending {
 public:
  /// Both must outlive it; a null snapshot: nothing.
  SpentInSnapshot(const state::Snapshot* snapshot, const Manifest& manifest) : snapshot_(snapshot), manifest_(manifest) {}
  [[nodiscard]] int64_t spent_micros(const signals::BudgetUse& budget) const override;

 private:
  const state::Snapshot* snapshot_;
  const Manifest& manifest_;
};

}  // namespace sbx
