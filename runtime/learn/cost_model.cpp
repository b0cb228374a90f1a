// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/cost_model.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "runtime/base/check.h"

namespace sbx::learn {

std::vector<double> step_costs(std::span<const CachePrices> prices, std::span<const StepCall> steps, size_t cache_steps) {
  struct Cached {
    size_t step = 0;
    int64_t tokens = 0;
  };
  std::vector<std::optional<Cached>> caches(prices.size());
  std::vector<double> costs;
  for (size_t i = 0; i < steps.size(); ++i) {
    const StepCall& call = steps[i];
    SBX_CHECK(call.model < prices.size(), "a step calls a model that has prices");
    std::optional<Cached>& cache = caches[call.model];
    const bool warm = cache && i - cache->step <= cache_steps;
    const int64_t read = warm ? std::min(cache->tokens, call.prompt_tokens) : 0;
    const CachePrices& price = prices[call.model];
    costs.push_back((static_cast<double>(read) * price.cache_read + static_cast<double>(call.prompt_tokens - read) * price.cache_write +
                     static_cast<double>(call.output_tokens) * price.output) /
                    1e6);
    cache = Cached{i, call.prompt_tokens};
  }
  return costs;
}

TierScores score_tiers(std::span<const TierRow> rows) {
  TierScores scores;
  if (rows.empty()) return scores;
  std::set<std::pair<std::string, std::string>> failed;
  for (const TierRow& row : rows) {
    if (row.taken < row.needed) failed.emplace(row.workload, row.trajectory);
  }
  struct Workload {
    double rows = 0, top = 0, saved = 0;
  };
  std::map<std::string, Workload> workloads;
  for (const TierRow& row : rows) {
    const bool passes = !failed.contains({row.workload, row.trajectory});
    scores.row_pass += row.taken >= row.needed ? 1 : 0;
    scores.row_exact += row.taken == row.needed ? 1 : 0;
    scores.trajectory_pass += passes ? 1 : 0;
    Workload& workload = workloads[row.workload];
    workload.rows += 1;
    workload.top += row.cost_top;
    workload.saved += passes ? row.cost_top - row.cost_taken : -row.cost_taken;
  }
  const auto count = static_cast<double>(rows.size());
  scores.row_pass /= count;
  scores.row_exact /= count;
  scores.trajectory_pass /= count;
  for (const auto& [name, workload] : workloads) {
    if (workload.top > 0) scores.cost_save += workload.rows / count * workload.saved / workload.top;
  }
  scores.combined = (scores.row_pass + scores.row_exact + scores.trajectory_pass + scores.cost_save) / 4;
  return scores;
}

}  // namespace sbx::learn
