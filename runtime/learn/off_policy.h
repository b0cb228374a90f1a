// SPDX-License-Identifier: Apache-2.0
// What a policy would have earned on requests that another one answered, from the propensities which that one logged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sbx::learn {

/// One logged request beside what the new policy does with it. Actions are indices below `actions` of off_policy_value.
struct LoggedChoice {
  size_t logged = 0;
  double propensity = 1;  // of `logged` in the log, above 0
  double reward = 0;
  std::optional<size_t> chosen;  // by the new policy, drawn apart from the log; nothing: no model, which earns 0
};

struct Estimate {
  double value = 0, low = 0, high = 0;  // with the 95 % interval
};

/// With w = [chosen = logged] / propensity of each row and r its reward:
/// IPS is the mean of w r (Horvitz and Thompson 1952), SNIPS is sum(w r) / sum(w) (Swaminathan and Joachims 2015), and the doubly robust
/// value is the mean of m(chosen) + w (r - m(logged)) (Dudik, Langford and Li 2011), where m is the mean reward of an action over the rows
/// of the other folds. Intervals are percentile bootstraps over rows.
struct OffPolicyValue {
  Estimate ips, snips, doubly_robust;
  double matched = 0;           // share of rows in which both chose the same
  double effective_share = 0;   // (sum w)^2 / (n sum w^2): how many rows the weights are worth
  double smallest_propensity = 1;
};
[[nodiscard]] OffPolicyValue off_policy_value(std::span<const LoggedChoice> rows, size_t actions, uint64_t seed = 0);

}  // namespace sbx::learn
