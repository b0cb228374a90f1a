// SPDX-License-Identifier: Apache-2.0
// How the numbers of a trained selector are found: rows of views and of worths go in, tensors come out. fits.cpp is the list, one file
// each; runtime/selectors has what reads them.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/learn/random.h"
#include "runtime/program/types.h"
#include "runtime/selectors/tensor.h"

namespace sbx::learn {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXf;
using Tensors = std::map<std::string, Tensor, std::less<>>;

/// What is fitted: a row a request. `worth` is quality less what it cost, NaN where unknown; every model has a known one.
struct FitProblem {
  Matrix views;      // rows x view
  Matrix worth;      // rows x models
  size_t labels = 0; // of `per:`, the last columns of a view
  const ConstantRecord* arguments = nullptr;
  uint64_t seed = 0;

  [[nodiscard]] double argument(std::string_view name, double otherwise) const;
  [[nodiscard]] Eigen::Index rows() const { return views.rows(); }
  [[nodiscard]] Eigen::Index models() const { return worth.cols(); }
};

/// The same problem, the same bits. Null: no selector of this name is trained.
using FitFunction = Tensors (*)(const FitProblem&);
[[nodiscard]] FitFunction find_fit(std::string_view selector);

[[nodiscard]] Tensors fit_knn(const FitProblem& problem);
[[nodiscard]] Tensors fit_kmeans(const FitProblem& problem);
[[nodiscard]] Tensors fit_centroid(const FitProblem& problem);
[[nodiscard]] Tensors fit_linear(const FitProblem& problem);
[[nodiscard]] Tensors fit_svm(const FitProblem& problem);
[[nodiscard]] Tensors fit_logistic(const FitProblem& problem);
[[nodiscard]] Tensors fit_mlp(const FitProblem& problem);
[[nodiscard]] Tensors fit_factors(const FitProblem& problem);
[[nodiscard]] Tensors fit_two_tower(const FitProblem& problem);
[[nodiscard]] Tensors fit_router_dc(const FitProblem& problem);
[[nodiscard]] Tensors fit_profile(const FitProblem& problem);

/// Mean worth of each model over the rows that know it.
[[nodiscard]] Vector mean_worth(const Matrix& worth);
/// `worth` with the model's mean where it is unknown.
[[nodiscard]] Matrix filled(const Matrix& worth);
/// Each row of unit length; zero rows stay.
void normalise_rows(Matrix& rows);
[[nodiscard]] Tensor to_tensor(const Matrix& matrix);
[[nodiscard]] Tensor to_tensor(const Vector& vector);  // one row
/// A number of the standard normal distribution (Box and Muller 1958).
[[nodiscard]] double normal(Random& random);
[[nodiscard]] Matrix random_matrix(Eigen::Index rows, Eigen::Index columns, double deviation, Random& random);

}  // namespace sbx::learn
