// SPDX-License-Identifier: Apache-2.0
// A linear function of the view for each model: by ridge regression the worth itself (`linear`), by support vectors how clearly the model
// is among the best (`svm`), by logistic regression the chance that it is (`logistic`).
#include <cmath>

#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

/// w_m . x + b_m.
void margins(const Fit& fit, std::span<const float> view, const ConstantRecord&, std::span<double> worth) {
  const Tensor &weights = fit.tensor("weights"), &bias = fit.tensor("bias");
  for (size_t m = 0; m < worth.size(); ++m) worth[m] = static_cast<double>(dot(weights.row(m), view)) + bias.values[m];
}

/// 1 / (1 + exp(-(w_m . x + b_m))), on the scale of utilities.
void chances(const Fit& fit, std::span<const float> view, const ConstantRecord& arguments, std::span<double> worth) {
  margins(fit, view, arguments, worth);
  for (double& value : worth) value = 1 / (1 + std::exp(-value));
}

bool is_sound(const Fit& fit, size_t view_size) {
  return has_shape(fit.tensor("weights"), fit.models.size(), view_size) && has_shape(fit.tensor("bias"), 1, fit.models.size());
}

}  // namespace

TrainedKind linear_kind() { return {"linear", margins, is_sound}; }
TrainedKind svm_kind() { return {"svm", margins, is_sound}; }
TrainedKind logistic_kind() { return {"logistic", chances, is_sound}; }

}  // namespace sbx
