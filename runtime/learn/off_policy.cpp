// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/off_policy.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/learn/bootstrap.h"

namespace sbx::learn {

namespace {

constexpr size_t kFolds = 5;

/// The mean reward of each action over the rows outside a fold; of an action that nobody took there, of all rows.
class MeanRewards {
 public:
  MeanRewards(std::span<const LoggedChoice> rows, size_t actions) : sums_(kFolds * actions), counts_(kFolds * actions), actions_(actions) {
    for (size_t i = 0; i < rows.size(); ++i) {
      SBX_CHECK(rows[i].logged < actions && rows[i].propensity > 0, "a logged action is one of the actions, with a chance");
      for (size_t fold = 0; fold < kFolds; ++fold) {
        if (i % kFolds == fold) continue;
        sums_[fold * actions + rows[i].logged] += rows[i].reward;
        counts_[fold * actions + rows[i].logged] += 1;
      }
      all_ += rows[i].reward / static_cast<double>(rows.size());
    }
  }
  double of(size_t row, size_t action) const {
    const size_t at = row % kFolds * actions_ + action;
    return counts_[at] > 0 ? sums_[at] / counts_[at] : all_;
  }

 private:
  std::vector<double> sums_, counts_;
  size_t actions_;
  double all_ = 0;
};

Estimate mean_of(const std::vector<double>& values, uint64_t seed) {
  const Interval around = interval(values, {.seed = seed});
  return {std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()), around.low, around.high};
}

/// sum(weighted) / sum(weights); a draw without overlap earns nothing.
Estimate self_normalised(const std::vector<double>& weighted, const std::vector<double>& weights, uint64_t seed) {
  const auto figure = [&](std::span<const size_t> places) {
    double earned = 0, total = 0;
    for (const size_t place : places) earned += weighted[place], total += weights[place];
    return total > 0 ? earned / total : 0;
  };
  std::vector<size_t> all(weights.size());
  std::iota(all.begin(), all.end(), size_t{0});
  const Interval around = interval_of(weights.size(), figure, {.seed = seed});
  return {figure(all), around.low, around.high};
}

}  // namespace

OffPolicyValue off_policy_value(std::span<const LoggedChoice> rows, size_t actions, uint64_t seed) {
  OffPolicyValue made;
  if (rows.empty()) return made;
  const MeanRewards model(rows, actions);
  std::vector<double> weights, weighted, robust;
  double sum = 0, squares = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const LoggedChoice& row = rows[i];
    const double weight = row.chosen == row.logged ? 1 / row.propensity : 0;
    weights.push_back(weight);
    weighted.push_back(weight * row.reward);
    robust.push_back((row.chosen ? model.of(i, *row.chosen) : 0) + weight * (row.reward - model.of(i, row.logged)));
    sum += weight;
    squares += weight * weight;
    made.matched += weight > 0 ? 1 / static_cast<double>(rows.size()) : 0;
    made.smallest_propensity = std::min(made.smallest_propensity, row.propensity);
  }
  if (squares > 0) made.effective_share = sum * sum / squares / static_cast<double>(rows.size());
  made.ips = mean_of(weighted, seed);
  made.snips = self_normalised(weighted, weights, seed);
  made.doubly_robust = mean_of(robust, seed);
  return made;
}

}  // namespace sbx::learn
