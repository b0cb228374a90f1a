// SPDX-License-Identifier: Apache-2.0
// A budget of the policy as it stands for one request: whose it is, how much there is, and since when it is counted.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/signals/signal.h"

namespace sbx::signals {

struct BudgetUse {
  std::string name;
  bool is_known = false;               // whose it is; else it has neither key nor limit
  std::vector<std::string> key;        // what each of `for each` reads
  std::optional<int64_t> limit_micros; // nothing: it is not known, and so there is none to spend
  int64_t window_us = 0;               // when the period began
  bool strict = false;
};

/// What has been spent; the host knows. Thread-safe.
class Spending {
 public:
  virtual ~Spending() = default;
  /// Used and held since the window began, in micro-dollars.
  [[nodiscard]] virtual int64_t spent_micros(const BudgetUse& budget) const = 0;
};

/// When the period that `time_us` lies in began: minutes, hours, days, weeks from Monday, months and years of UTC.
[[nodiscard]] int64_t window_start(std::string_view period, int64_t time_us);

/// The budget behind a signal of the kind `budget`.
[[nodiscard]] BudgetUse budget_use(const Manifest& manifest, const SignalInfo& info, const Observation& observation);

}  // namespace sbx::signals
