// SPDX-License-Identifier: Apache-2.0
// The rows of learning in clusters: a model is worth what it was worth in the nearest one.
#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

/// worth = the row of `utility` of the cluster whose centroid has the highest cosine; of equal ones the first.
void worth(const Fit& fit, std::span<const float> view, const ConstantRecord&, std::span<double> worth) {
  const Tensor& centroids = fit.tensor("centroids");
  size_t nearest = 0;
  float highest = -2;
  for (size_t i = 0; i < centroids.rows; ++i) {
    const float similarity = cosine(centroids.row(i), view);
    if (similarity > highest) highest = similarity, nearest = i;
  }
  const std::span<const float> of_cluster = fit.tensor("utility").row(nearest);
  for (size_t m = 0; m < worth.size(); ++m) worth[m] = of_cluster[m];
}

bool is_sound(const Fit& fit, size_t view_size) {
  const size_t clusters = fit.tensor("centroids").rows;
  return clusters > 0 && has_shape(fit.tensor("centroids"), clusters, view_size) && has_shape(fit.tensor("utility"), clusters, fit.models.size());
}

}  // namespace

TrainedKind kmeans_kind() { return {"kmeans", worth, is_sound}; }

}  // namespace sbx
