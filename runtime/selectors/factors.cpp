// SPDX-License-Identifier: Apache-2.0
// Matrix factorisation (RouteLLM, Ong et al. 2024): a model is worth v_m . (P x) + b_m, where P takes the view to the factors.
#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

void worth(const Fit& fit, std::span<const float> view, const ConstantRecord&, std::span<double> worth) {
  const std::vector<float> factors = affine(fit.tensor("projection"), {}, view);
  const Tensor &models = fit.tensor("models"), &bias = fit.tensor("bias");
  for (size_t m = 0; m < worth.size(); ++m) worth[m] = static_cast<double>(dot(models.row(m), factors)) + bias.values[m];
}

bool is_sound(const Fit& fit, size_t view_size) {
  const size_t rank = fit.tensor("projection").rows;
  return rank > 0 && has_shape(fit.tensor("projection"), rank, view_size) && has_shape(fit.tensor("models"), fit.models.size(), rank) &&
         has_shape(fit.tensor("bias"), 1, fit.models.size());
}

}  // namespace

TrainedKind factors_kind() { return {"mf", worth, is_sound}; }

}  // namespace sbx
