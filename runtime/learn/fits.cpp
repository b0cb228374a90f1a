// SPDX-License-Identifier: Apache-2.0
// The list of what can be fitted, and the arithmetic that fits share.
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "runtime/learn/fit.h"
#include "runtime/selectors/learned.h"

namespace sbx::learn {

FitFunction find_fit(std::string_view selector) {
  static constexpr std::array<std::pair<std::string_view, FitFunction>, 11> all = {{{"knn", fit_knn},
                                                                                    {"kmeans", fit_kmeans},
                                                                                    {"centroid", fit_centroid},
                                                                                    {"linear", fit_linear},
                                                                                    {"svm", fit_svm},
                                                                                    {"logistic", fit_logistic},
                                                                                    {"mlp", fit_mlp},
                                                                                    {"mf", fit_factors},
                                                                                    {"two_tower", fit_two_tower},
                                                                                    {"router_dc", fit_router_dc},
                                                                                    {"profile", fit_profile}}};
  for (const auto& [name, fit] : all) {
    if (name == selector) return fit;
  }
  return nullptr;
}

double FitProblem::argument(std::string_view name, double otherwise) const { return number_argument(*arguments, name, otherwise); }

Vector mean_worth(const Matrix& worth) {
  Vector mean = Vector::Zero(worth.cols());
  for (Eigen::Index m = 0; m < worth.cols(); ++m) {
    double sum = 0, known = 0;
    for (Eigen::Index i = 0; i < worth.rows(); ++i) {
      if (!std::isnan(worth(i, m))) sum += worth(i, m), known += 1;
    }
    if (known > 0) mean(m) = static_cast<float>(sum / known);
  }
  return mean;
}

Matrix filled(const Matrix& worth) {
  const Vector mean = mean_worth(worth);
  Matrix whole = worth;
  for (Eigen::Index i = 0; i < worth.rows(); ++i) {
    for (Eigen::Index m = 0; m < worth.cols(); ++m) {
      if (std::isnan(whole(i, m))) whole(i, m) = mean(m);
    }
  }
  return whole;
}

void normalise_rows(Matrix& rows) {
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const float length = rows.row(i).norm();
    if (length > 0) rows.row(i) /= length;
  }
}

Tensor to_tensor(const Matrix& matrix) {
  Tensor tensor(static_cast<size_t>(matrix.rows()), static_cast<size_t>(matrix.cols()));
  std::copy(matrix.data(), matrix.data() + matrix.size(), tensor.values.begin());
  return tensor;
}

Tensor to_tensor(const Vector& vector) {
  Tensor tensor(1, static_cast<size_t>(vector.size()));
  std::copy(vector.data(), vector.data() + vector.size(), tensor.values.begin());
  return tensor;
}

double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return radius * std::cos(2 * std::numbers::pi * random.unit());
}

Matrix random_matrix(Eigen::Index rows, Eigen::Index columns, double deviation, Random& random) {
  Matrix made(rows, columns);
  for (Eigen::Index i = 0; i < made.size(); ++i) made.data()[i] = static_cast<float>(deviation * normal(random));
  return made;
}

}  // namespace sbx::learn
