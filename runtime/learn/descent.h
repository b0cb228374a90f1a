// SPDX-License-Identifier: Apache-2.0
// Gradient descent as the small networks of selectors need it.
#pragma once

#include <functional>
#include <vector>

#include "runtime/learn/fit.h"

namespace sbx::learn {

/// One tensor of weights and how it moves (Adam, Kingma and Ba 2015), decoupled decay included (Loshchilov and Hutter 2019).
class Weights {
 public:
  explicit Weights(Matrix start) : value(std::move(start)), gradient(Matrix::Zero(value.rows(), value.cols())), first_(gradient), second_(gradient) {}
  /// Takes a step against `gradient` and clears it.
  void step(float rate, float decay = 0);

  Matrix value, gradient;

 private:
  Matrix first_, second_;
  int steps_ = 0;
};

struct Descent {
  int epochs = 20;             // more where the rows are so few that it would be under `least_steps`
  size_t batch = 64;
  size_t least_steps = 1000;
  float rate = 3e-3F;    // at the start; it falls to 0 along half a cosine
  float decay = 1e-3F;
};

/// Deals the rows into batches of another order every epoch and calls `step` with each and the rate of the moment.
void descend(Eigen::Index rows, const Descent& descent, Random& random,
             const std::function<void(const std::vector<Eigen::Index>& batch, float rate)>& step);

/// Two models of one row of which the first is worth more, `lead` by how much.
struct Pair {
  Eigen::Index row = 0;  // of the batch
  Eigen::Index better = 0, worse = 0;
  float lead = 0;
};
/// `each` pairs a row drawn by chance; equal ones are left out.
[[nodiscard]] std::vector<Pair> draw_pairs(const Matrix& worth, const std::vector<Eigen::Index>& batch, int each, Random& random);

/// The rows made unit length, and the way back through that.
struct UnitRows {
  explicit UnitRows(const Matrix& rows);
  [[nodiscard]] Matrix back(const Matrix& gradient) const;
  Matrix unit;
  Vector length;
};

}  // namespace sbx::learn
