// SPDX-License-Identifier: Apache-2.0
// The nearest rows of learning vote: each with the worth that its models had, by a softmax of its similarity.
#include <algorithm>
#include <cmath>

#include "runtime/selectors/neighbours.h"
#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

/// worth_m = sum_i w_i u_im / sum_i w_i over the k nearest rows i whose u_im is known, w_i = exp((s_i - s_1) / temperature) and s_i the
/// cosine; of a model that none of them knows its mean.
void worth(const Fit& fit, std::span<const float> view, const ConstantRecord& arguments, std::span<double> worth) {
  const Tensor &utility = fit.tensor("utility"), &mean = fit.tensor("mean");
  const auto k = static_cast<size_t>(std::max(1.0, number_argument(arguments, "k", 50)));
  const double temperature = std::max(1e-6, number_argument(arguments, "temperature", 1));
  const float length = std::sqrt(dot(view, view));
  std::vector<float> unit(view.begin(), view.end());
  if (length > 0) std::ranges::for_each(unit, [&](float& value) { value /= length; });
  const std::vector<Neighbours::Near> near = fit.neighbours->nearest(unit, k);
  for (size_t m = 0; m < worth.size(); ++m) {
    double sum = 0, weights = 0;
    for (const auto& [similarity, row] : near) {
      const float value = utility.row(row)[m];
      if (value == kUnknownWorth) continue;
      const double weight = std::exp((static_cast<double>(similarity) - near.front().product) / temperature);
      sum += weight * value;
      weights += weight;
    }
    worth[m] = weights > 0 ? sum / weights : mean.values[m];
  }
}

bool is_sound(const Fit& fit, size_t view_size) {
  const size_t rows = fit.tensor("vectors").rows;
  return rows > 0 && view_size <= Neighbours::kMostColumns && has_shape(fit.tensor("vectors"), rows, view_size) && has_shape(fit.tensor("utility"), rows, fit.models.size()) &&
         has_shape(fit.tensor("mean"), 1, fit.models.size());
}

}  // namespace

TrainedKind knn_kind() { return {"knn", worth, is_sound}; }

}  // namespace sbx
