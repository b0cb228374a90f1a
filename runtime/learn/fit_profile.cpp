// SPDX-License-Identifier: Apache-2.0
// Profiles of models by propagation, without training (RouteProfile's emb_gnn, arXiv 2605.00180): H <- D^-1/2 (A + I) D^-1/2 H, some
// times, over a graph of requests, their clusters and models. Requests start with their views, all else with nothing.
#include <cmath>

#include "runtime/learn/clusters.h"
#include "runtime/learn/fit.h"
#include "runtime/learn/propagation.h"

namespace sbx::learn {

// A model and a request are tied by how much the model is worth more there than the row's models on average.
Tensors fit_profile(const FitProblem& problem) {
  const Matrix worth = filled(problem.worth);
  const Clusters clusters = find_clusters(problem);
  Matrix ties = (worth.colwise() - worth.rowwise().mean()).cwiseMax(0.0F);
  const Vector middle = problem.views.colwise().mean().transpose();
  const Matrix apart = problem.views.rowwise() - middle.transpose();
  Matrix profiles = propagate(apart, ties, clusters.of_row, static_cast<size_t>(clusters.centroids.rows()),
                              static_cast<int>(problem.argument("hops", 2)));
  profiles.rowwise() -= profiles.colwise().mean().eval();
  normalise_rows(profiles);

  // How strongly a cosine speaks: the least squares of worth - mean over the rows.
  Matrix unit = apart;
  normalise_rows(unit);
  const Vector mean = mean_worth(problem.worth);
  const Matrix cosines = unit * profiles.transpose();
  const double along = cosines.cwiseProduct(worth.rowwise() - mean.transpose()).cast<double>().sum();
  const double squares = cosines.cast<double>().squaredNorm();
  Vector strength(1);
  strength(0) = static_cast<float>(squares > 0 ? std::max(0.0, along / squares) : 0);
  return {{"middle", to_tensor(middle)}, {"profiles", to_tensor(profiles)}, {"mean", to_tensor(mean)}, {"strength", to_tensor(strength)}};
}

}  // namespace sbx::learn
