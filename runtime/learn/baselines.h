// SPDX-License-Identifier: Apache-2.0
// What a policy has to be better than: the best single model, the cheapest, chance, the nearest rows; and the oracle, which none is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/learn/outcome_folds.h"
#include "runtime/learn/outcome_metrics.h"
#include "runtime/selectors/tensor.h"

namespace sbx::learn {

/// One that needs more than the rows have is left out: no costs, no `cheapest`.
struct Baseline {
  std::string name;  // best_single, cheapest, random, oracle, knn
  std::vector<Choice> choices;
};

/// On the rows of the arena. What is learned for a row (which model is best or cheapest, who is near) comes from the arena's rows of other
/// folds. `vectors` has a row for each of the table; neighbours are the `k` of the highest cosine, each of one vote for its qualities.
[[nodiscard]] std::vector<Baseline> baselines(const Arena& arena, const OutcomeFolds& folds, const Tensor& vectors, uint64_t seed = 0,
                                              size_t k = 50);

}  // namespace sbx::learn
