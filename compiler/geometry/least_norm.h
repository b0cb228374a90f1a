// SPDX-License-Identifier: Apache-2.0
// The point of {A x ≥ b} that is nearest to the origin. Eigen's door is here and in half_spaces.cpp; it is seen in this room only.
#pragma once

#include <Eigen/Dense>
#include <optional>

namespace sbx::geometry {

/// Weights of the rows, none negative; and the point, if there is one whose norm is at most about 1.
struct LeastNorm {
  Eigen::VectorXd weights;
  std::optional<Eigen::VectorXd> point;
};

/// A's rows are unit vectors or differences of two; it may have none. If there is no point, or its norm is more than 1, then the weights
/// tell why: they give b·w > |Aᵀw|, while every x of norm 1 with A x ≥ b has b·w ≤ w·A x ≤ |Aᵀw|. Rounding may spoil either answer: whoever
/// needs it checks it. Method: least distance programming by nonnegative least squares (Lawson and Hanson, Solving Least Squares Problems,
/// chapter 23), over the rows that matter.
[[nodiscard]] LeastNorm least_norm(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

}  // namespace sbx::geometry
