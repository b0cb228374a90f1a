// SPDX-License-Identifier: Apache-2.0
// Pilots: for each model the centroids of the rows that it is best at, one a cluster. A model is worth the cosine to its pilots, their
// mean or their highest (RouterRetriever, Lee et al. 2025).
#include <algorithm>

#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

/// A model without a pilot is worth less than any cosine.
constexpr double kNoPilot = -2;

void worth(const Fit& fit, std::span<const float> view, const ConstantRecord& arguments, std::span<double> worth) {
  const Tensor &pilots = fit.tensor("pilots"), &owners = fit.tensor("owners");
  const bool by_mean = word_argument(arguments, "of") == "mean";
  std::ranges::fill(worth, kNoPilot);
  std::vector<double> counts(worth.size());
  for (size_t i = 0; i < pilots.rows; ++i) {
    const auto model = static_cast<size_t>(owners.values[i]);
    const double similarity = cosine(pilots.row(i), view);
    if (counts[model] == 0 || !by_mean)
      worth[model] = std::max(worth[model], similarity);
    else
      worth[model] += similarity;
    counts[model] += 1;
  }
  for (size_t m = 0; by_mean && m < worth.size(); ++m) {
    if (counts[m] > 0) worth[m] /= counts[m];
  }
}

bool is_sound(const Fit& fit, size_t view_size) {
  const Tensor& owners = fit.tensor("owners");
  const auto is_model = [&](float owner) { return owner >= 0 && owner < static_cast<float>(fit.models.size()); };
  return owners.rows > 0 && has_shape(owners, owners.rows, 1) && has_shape(fit.tensor("pilots"), owners.rows, view_size) &&
         std::ranges::all_of(owners.values, is_model);
}

}  // namespace

TrainedKind centroid_kind() { return {"centroid", worth, is_sound}; }

}  // namespace sbx
