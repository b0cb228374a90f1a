// SPDX-License-Identifier: Apache-2.0
// Dual contrastive learning (RouterDC, Chen et al. 2024): a model is worth the cosine of its key to the projected view.
#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

void worth(const Fit& fit, std::span<const float> view, const ConstantRecord&, std::span<double> worth) {
  const std::vector<float> query = affine(fit.tensor("projection"), {}, view);
  const Tensor& keys = fit.tensor("keys");
  for (size_t m = 0; m < worth.size(); ++m) worth[m] = cosine(query, keys.row(m));
}

bool is_sound(const Fit& fit, size_t view_size) {
  const size_t width = fit.tensor("projection").rows;
  return width > 0 && has_shape(fit.tensor("projection"), width, view_size) && has_shape(fit.tensor("keys"), fit.models.size(), width);
}

}  // namespace

TrainedKind router_dc_kind() { return {"router_dc", worth, is_sound}; }

}  // namespace sbx
