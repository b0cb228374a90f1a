// SPDX-License-Identifier: Apache-2.0
// A gate of two layers: softmax(W2 GELU(W1 x + b1) + b2), the chance that each model is the one to ask.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

float gelu(float x) { return 0.5F * x * (1 + std::erf(x / std::numbers::sqrt2_v<float>)); }

void worth(const Fit& fit, std::span<const float> view, const ConstantRecord&, std::span<double> worth) {
  std::vector<float> hidden = affine(fit.tensor("w1"), fit.tensor("b1"), view);
  for (float& value : hidden) value = gelu(value);
  const std::vector<float> logits = affine(fit.tensor("w2"), fit.tensor("b2"), hidden);
  const float highest = *std::ranges::max_element(logits);
  double sum = 0;
  for (size_t m = 0; m < worth.size(); ++m) sum += worth[m] = std::exp(static_cast<double>(logits[m] - highest));
  for (double& value : worth) value /= sum;
}

bool is_sound(const Fit& fit, size_t view_size) {
  const size_t hidden = fit.tensor("w1").rows;
  return hidden > 0 && !fit.models.empty() && has_shape(fit.tensor("w1"), hidden, view_size) && has_shape(fit.tensor("b1"), 1, hidden) &&
         has_shape(fit.tensor("w2"), fit.models.size(), hidden) && has_shape(fit.tensor("b2"), 1, fit.models.size());
}

}  // namespace

TrainedKind mlp_kind() { return {"mlp", worth, is_sound}; }

}  // namespace sbx
