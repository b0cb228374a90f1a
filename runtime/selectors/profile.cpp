// SPDX-License-Identifier: Apache-2.0
// A profile of each model, gathered from the requests it did well by some hops through the graph of models, clusters and requests
// (RouteProfile's emb_gnn, arXiv 2605.00180): a model is worth the cosine of its profile to the view, which is taken as far from the
// middle of the texts as the profile is from the middle of the profiles.
#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

void worth(const Fit& fit, std::span<const float> view, const ConstantRecord&, std::span<double> worth) {
  const Tensor &middle = fit.tensor("middle"), &profiles = fit.tensor("profiles"), &mean = fit.tensor("mean");
  std::vector<float> apart(view.begin(), view.end());
  for (size_t i = 0; i < apart.size(); ++i) apart[i] -= middle.values[i];
  const float strength = fit.tensor("strength").values[0];
  for (size_t m = 0; m < worth.size(); ++m)
    worth[m] = static_cast<double>(mean.values[m]) + static_cast<double>(strength) * cosine(apart, profiles.row(m));
}

bool is_sound(const Fit& fit, size_t view_size) {
  return has_shape(fit.tensor("middle"), 1, view_size) && has_shape(fit.tensor("profiles"), fit.models.size(), view_size) &&
         has_shape(fit.tensor("mean"), 1, fit.models.size()) && has_shape(fit.tensor("strength"), 1, 1);
}

}  // namespace

TrainedKind profile_kind() { return {"profile", worth, is_sound}; }

}  // namespace sbx
