// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/clusters.h"

#include <algorithm>

namespace sbx::learn {

namespace {

constexpr int kMostRounds = 30;

Clusters by_label(const FitProblem& problem) {
  const auto labels = static_cast<Eigen::Index>(problem.labels);
  Clusters made{.centroids = Matrix::Zero(labels + 1, problem.views.cols()), .of_row = {}};
  for (Eigen::Index label = 0; label < labels; ++label) made.centroids(label, problem.views.cols() - labels + label) = 1;
  for (Eigen::Index i = 0; i < problem.rows(); ++i) {
    Eigen::Index label = 0;
    const bool known = labels > 0 && problem.views.row(i).tail(labels).maxCoeff(&label) > 0.5F;
    made.of_row.push_back(static_cast<size_t>(known ? label : labels));
  }
  return made;
}

/// Rows far from the centroids so far are the likelier to be the next.
Matrix first_centroids(const Matrix& views, Eigen::Index count, Random& random) {
  Matrix centroids(count, views.cols());
  Vector distance = Vector::Constant(views.rows(), 2);
  auto picked = static_cast<Eigen::Index>(random.below(static_cast<size_t>(views.rows())));
  for (Eigen::Index c = 0; c < count; ++c) {
    centroids.row(c) = views.row(picked);
    distance = distance.cwiseMin((Vector::Ones(views.rows()) - views * centroids.row(c).transpose()).cwiseMax(0.0F));
    double left = random.unit() * static_cast<double>(distance.sum());
    for (picked = 0; picked + 1 < views.rows() && (left -= distance(picked)) > 0; ++picked) {
    }
  }
  return centroids;
}

std::vector<size_t> nearest(const Matrix& views, const Matrix& centroids) {
  std::vector<size_t> of_row;
  const Matrix similarity = views * centroids.transpose();
  for (Eigen::Index i = 0; i < views.rows(); ++i) {
    Eigen::Index best = 0;
    similarity.row(i).maxCoeff(&best);
    of_row.push_back(static_cast<size_t>(best));
  }
  return of_row;
}

}  // namespace

Clusters find_clusters(const FitProblem& problem) {
  const auto wanted = static_cast<Eigen::Index>(problem.argument("clusters", 8));
  if (wanted == 0) return by_label(problem);
  Matrix views = problem.views;
  normalise_rows(views);
  Random random(problem.seed);
  Clusters made{.centroids = first_centroids(views, std::min(wanted, views.rows()), random), .of_row = {}};
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<size_t> of_row = nearest(views, made.centroids);
    if (of_row == made.of_row) break;
    made.of_row = std::move(of_row);
    Matrix sums = Matrix::Zero(made.centroids.rows(), views.cols());
    for (Eigen::Index i = 0; i < views.rows(); ++i) sums.row(static_cast<Eigen::Index>(made.of_row[static_cast<size_t>(i)])) += views.row(i);
    for (Eigen::Index c = 0; c < sums.rows(); ++c) {
      if (sums.row(c).norm() > 0) made.centroids.row(c) = sums.row(c).normalized();
    }
  }
  return made;
}

}  // namespace sbx::learn
