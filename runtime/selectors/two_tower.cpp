// SPDX-License-Identifier: Apache-2.0
// Two towers (RouteProfile's MLPRouter, arXiv 2605.00180): a model is worth cos(f(x), g(m)), f and g each a layer with layer
// normalisation and ELU. What g makes of a model is the same for all requests, so only that is kept of it.
#include <cmath>

#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

/// (v - mean) / deviation, then ELU: v above 0, else exp(v) - 1.
void normalise_and_bend(std::vector<float>& values) {
  double mean = 0, squares = 0;
  for (const float value : values) mean += value / static_cast<double>(values.size());
  for (const float value : values) squares += (value - mean) * (value - mean) / static_cast<double>(values.size());
  const double deviation = std::sqrt(squares + 1e-5);
  for (float& value : values) {
    const double normal = (value - mean) / deviation;
    value = static_cast<float>(normal > 0 ? normal : std::expm1(normal));
  }
}

void worth(const Fit& fit, std::span<const float> view, const ConstantRecord&, std::span<double> worth) {
  std::vector<float> query = affine(fit.tensor("w"), fit.tensor("b"), view);
  normalise_and_bend(query);
  const Tensor& models = fit.tensor("models");
  for (size_t m = 0; m < worth.size(); ++m) worth[m] = cosine(query, models.row(m));
}

bool is_sound(const Fit& fit, size_t view_size) {
  const size_t width = fit.tensor("w").rows;
  return width > 0 && has_shape(fit.tensor("w"), width, view_size) && has_shape(fit.tensor("b"), 1, width) &&
         has_shape(fit.tensor("models"), fit.models.size(), width);
}

}  // namespace

TrainedKind two_tower_kind() { return {"two_tower", worth, is_sound}; }

}  // namespace sbx
