// SPDX-License-Identifier: Apache-2.0
// Fits that keep rows or middles of rows: nearest neighbours, clusters, pilots.
#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/learn/clusters.h"
#include "runtime/learn/fit.h"

namespace sbx::learn {

namespace {

/// A cluster's mean counts as if it had been seen in this many more rows with the mean of all, so that few rows do not decide.
constexpr double kPriorRows = 10;

/// (sum over the cluster + prior * mean) / (known rows + prior).
Matrix cluster_worth(const Matrix& worth, const std::vector<size_t>& cluster_of, size_t clusters) {
  const Vector mean = mean_worth(worth);
  Matrix sums = (mean.transpose() * static_cast<float>(kPriorRows)).replicate(static_cast<Eigen::Index>(clusters), 1);
  Matrix counts = Matrix::Constant(static_cast<Eigen::Index>(clusters), worth.cols(), static_cast<float>(kPriorRows));
  for (Eigen::Index i = 0; i < worth.rows(); ++i) {
    const auto cluster = static_cast<Eigen::Index>(cluster_of[static_cast<size_t>(i)]);
    for (Eigen::Index m = 0; m < worth.cols(); ++m) {
      if (!std::isnan(worth(i, m))) sums(cluster, m) += worth(i, m), counts(cluster, m) += 1;
    }
  }
  return sums.cwiseQuotient(counts);
}

}  // namespace

Tensors fit_knn(const FitProblem& problem) {
  Matrix views = problem.views;
  normalise_rows(views);
  const Matrix worth = problem.worth.unaryExpr([](float value) { return std::isnan(value) ? kUnknownWorth : value; });
  return {{"vectors", to_tensor(views)}, {"utility", to_tensor(worth)}, {"mean", to_tensor(mean_worth(problem.worth))}};
}

Tensors fit_kmeans(const FitProblem& problem) {
  const Clusters clusters = find_clusters(problem);
  return {{"centroids", to_tensor(clusters.centroids)},
          {"utility", to_tensor(cluster_worth(problem.worth, clusters.of_row, static_cast<size_t>(clusters.centroids.rows())))}};
}

// A pilot is the middle of a cluster's rows, each by how much the model is worth more than the row's models on average.
Tensors fit_centroid(const FitProblem& problem) {
  const Clusters clusters = find_clusters(problem);
  const Matrix worth = filled(problem.worth);
  const Vector usual = worth.rowwise().mean();
  std::vector<float> owners;
  std::vector<Vector> pilots;
  for (Eigen::Index c = 0; c < clusters.centroids.rows(); ++c) {
    for (Eigen::Index m = 0; m < worth.cols(); ++m) {
      Vector pilot = Vector::Zero(problem.views.cols());
      for (Eigen::Index i = 0; i < worth.rows(); ++i) {
        const float lead = worth(i, m) - usual(i);
        if (clusters.of_row[static_cast<size_t>(i)] == static_cast<size_t>(c) && lead > 0) pilot += lead * problem.views.row(i).transpose();
      }
      if (pilot.norm() <= 0) continue;
      pilots.push_back(pilot.normalized());
      owners.push_back(static_cast<float>(m));
    }
  }
  if (pilots.empty()) {  // all models are worth the same everywhere
    pilots.push_back(clusters.centroids.row(0).transpose());
    owners.push_back(0);
  }
  Tensor stacked(pilots.size(), static_cast<size_t>(problem.views.cols()));
  for (size_t i = 0; i < pilots.size(); ++i) std::copy(pilots[i].data(), pilots[i].data() + pilots[i].size(), stacked.row(i).begin());
  Tensor by(owners.size(), 1);
  by.values = owners;
  return {{"pilots", std::move(stacked)}, {"owners", std::move(by)}};
}

}  // namespace sbx::learn
