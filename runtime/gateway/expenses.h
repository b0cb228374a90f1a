// SPDX-License-Identifier: Apache-2.0
// What the calls of one request cost the policy's budgets: a strict one is asked before each call, all are told after it.
#pragma once

#include <optional>
#include <vector>

#include "runtime/engine/decision.h"
#include "runtime/http/aside.h"
#include "runtime/observe/served.h"
#include "runtime/request/request.h"
#include "runtime/signals/budget.h"
#include "runtime/state/store.h"

namespace sbx::gateway {

/// What a call costs at most, in micro-dollars: a token has at least a byte, an answer at most as many as the model may write, for each of
/// `answers`. Nothing where the model has no price or nothing bounds it.
[[nodiscard]] std::optional<int64_t> worst_cost(const Manifest& manifest, const Request& request, const Attempt& attempt, size_t body_bytes, int64_t answers);

/// What an answered call has cost, by the model's price; nothing where price or usage is unknown.
[[nodiscard]] std::optional<int64_t> cost_of(const Model& model, const observe::Usage& usage);

/// Of one request, one call after the other.
class Expenses {
 public:
  /// Both must outlive it.
  Expenses(state::Store& store, http::Aside& aside) : store_(store), aside_(aside) {}

  void begin(std::string policy, std::vector<signals::BudgetUse> budgets);
  /// Before a call that costs at most `worst`. False: a strict budget has not that much left, or it cannot be counted.
  http::Task<bool> hold(std::optional<int64_t> worst);
  /// After it. `spent`: nothing is known of it, so it counts at its worst.
  void settle(std::optional<int64_t> spent);
  /// Why `hold` refused, for the client: which budget has not enough, or cannot be counted.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

 private:
  [[nodiscard]] bool take(const std::vector<state::Update>& holds, const std::vector<std::string>& names);
  [[nodiscard]] state::Update update(const signals::BudgetUse& budget, state::Operation operation) const;

  state::Store& store_;
  http::Aside& aside_;
  std::string policy_, refusal_;
  std::vector<signals::BudgetUse> budgets_;
  std::optional<int64_t> worst_;  // of the call that is under way
  bool open_ = false;
};

}  // namespace sbx::gateway
