// SPDX-License-Identifier: Apache-2.0
// Selectors that are fitted to outcomes by `signalbox learn`: one file each; trained.cpp is the list. What they share is that a view of
// the request (Learned::view) goes in and a worth of each model comes out.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "runtime/selectors/learned.h"

namespace sbx {

/// Fills the worth of each of the fit's models, the more the better; it is compared with nothing but each other.
using WorthOf = void (*)(const Fit& fit, std::span<const float> view, const ConstantRecord& arguments, std::span<double> worth);

struct TrainedKind {
  std::string_view name;
  WorthOf worth;
  /// Whether a fit has the tensors that `worth` reads, for views of this size.
  bool (*is_sound)(const Fit& fit, size_t view_size);
};

[[nodiscard]] std::span<const TrainedKind> trained_kinds();
/// Null: no selector of this name is trained.
[[nodiscard]] const TrainedKind* find_trained(std::string_view name);

[[nodiscard]] TrainedKind knn_kind();
[[nodiscard]] TrainedKind kmeans_kind();
[[nodiscard]] TrainedKind centroid_kind();
[[nodiscard]] TrainedKind linear_kind();
[[nodiscard]] TrainedKind svm_kind();
[[nodiscard]] TrainedKind logistic_kind();
[[nodiscard]] TrainedKind mlp_kind();
[[nodiscard]] TrainedKind factors_kind();
[[nodiscard]] TrainedKind two_tower_kind();
[[nodiscard]] TrainedKind router_dc_kind();
[[nodiscard]] TrainedKind profile_kind();

[[nodiscard]] float dot(std::span<const float> a, std::span<const float> b);
/// Of unit vectors their dot product; 0 where one is zero.
[[nodiscard]] float cosine(std::span<const float> a, std::span<const float> b);
/// weights * input + bias, a row of `weights` for each output; the bias may be of no rows.
[[nodiscard]] std::vector<float> affine(const Tensor& weights, const Tensor& bias, std::span<const float> input);
/// Whether it has this shape.
[[nodiscard]] inline bool has_shape(const Tensor& tensor, size_t rows, size_t columns) {
  return tensor.rows == rows && tensor.columns == columns;
}

}  // namespace sbx
