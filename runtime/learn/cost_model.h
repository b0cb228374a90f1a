// SPDX-License-Identifier: Apache-2.0
// What the calls of a trajectory cost where providers keep prompts in a cache (TwinRouterBench, arXiv 2605.18859): each switch of models
// may write the whole prompt again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sbx::learn {

/// Dollars per million tokens.
struct CachePrices {
  double input = 0, cache_read = 0, cache_write = 0, output = 0;
};

/// One call of a trajectory, in order. `model` is an index into the prices.
struct StepCall {
  size_t model = 0;
  int64_t prompt_tokens = 0;
  int64_t output_tokens = 0;
};

/// How long a cached prompt lasts: after more than this many steps without a call of its model it is gone.
inline constexpr size_t kCacheSteps = 3;

/// Dollars of each step. Each model has a cache of its own that survives calls of others: the prefix which it holds is read, the growth
/// of the prompt written, and a prompt that is not held written whole.
[[nodiscard]] std::vector<double> step_costs(std::span<const CachePrices> prices, std::span<const StepCall> steps,
                                             size_t cache_steps = kCacheSteps);

/// One step of a benchmark of tiers: what was needed, what was taken, and what either would have cost.
struct TierRow {
  std::string workload;
  std::string trajectory;
  int needed = 0, taken = 0;  // tiers, the higher the better
  double cost_top = 0;        // had the highest tier been taken
  double cost_taken = 0;
};

/// Shares from 0 to 1. `cost_save` is, by workload and weighted by rows, what passing trajectories saved less what failing ones cost, by
/// what the top tier costs (the paper's variant E); `combined` the mean of the four.
struct TierScores {
  double row_pass = 0, row_exact = 0, trajectory_pass = 0, cost_save = 0, combined = 0;
};
[[nodiscard]] TierScores score_tiers(std::span<const TierRow> rows);

}  // namespace sbx::learn
