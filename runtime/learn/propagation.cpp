// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/propagation.h"

namespace sbx::learn {

namespace {

Vector inverse_root(const Vector& degree) { return degree.array().rsqrt(); }

/// Each row by a factor of its own.
Matrix scaled(const Matrix& rows, const Vector& by) { return by.asDiagonal() * rows; }

}  // namespace

Matrix propagate(const Matrix& requests, const Matrix& ties, const std::vector<size_t>& cluster_of, size_t clusters, int hops) {
  const auto count = static_cast<Eigen::Index>(clusters);
  Vector of_clusters = Vector::Ones(count);  // with the tie to itself
  for (const size_t cluster : cluster_of) of_clusters(static_cast<Eigen::Index>(cluster)) += 1;
  const Vector by_request = inverse_root(ties.rowwise().sum().array() + 2);
  const Vector by_model = inverse_root(ties.colwise().sum().transpose().array() + 1);
  const Vector by_cluster = inverse_root(of_clusters);

  Matrix h_requests = requests, h_models = Matrix::Zero(ties.cols(), requests.cols()), h_clusters = Matrix::Zero(count, requests.cols());
  for (int hop = 0; hop < hops; ++hop) {
    const Matrix from_requests = scaled(h_requests, by_request), from_models = scaled(h_models, by_model);
    const Matrix from_clusters = scaled(h_clusters, by_cluster);
    Matrix to_clusters = from_clusters, to_requests = from_requests + ties * from_models;
    for (size_t i = 0; i < cluster_of.size(); ++i) {
      const auto row = static_cast<Eigen::Index>(i), cluster = static_cast<Eigen::Index>(cluster_of[i]);
      to_clusters.row(cluster) += from_requests.row(row);
      to_requests.row(row) += from_clusters.row(cluster);
    }
    h_models = scaled(from_models + ties.transpose() * from_requests, by_model);
    h_requests = scaled(to_requests, by_request);
    h_clusters = scaled(to_clusters, by_cluster);
  }
  return h_models;
}

}  // namespace sbx::learn
