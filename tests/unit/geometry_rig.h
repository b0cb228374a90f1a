// SPDX-License-Identifier: Apache-2.0
// Random directions, the same in every run and with every standard library.
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "compiler/geometry/vectors.h"

namespace sbx::geometry {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  /// Evenly between the two.
  double between(double least, double most) {
    constexpr double kAll = 18446744073709551615.0;
    return least + (most - least) * (static_cast<double>(random_()) / kAll);
  }
  size_t below(size_t end) { return random_() % end; }
  /// Evenly over the sphere: normal numbers by Box and Muller, made as long as one.
  Vector direction(size_t dimension) {
    Vector vector(dimension);
    for (double& one : vector) {
      constexpr double kTwoPi = 6.283185307179586;
      one = std::sqrt(-2 * std::log(between(1e-12, 1))) * std::cos(kTwoPi * between(0, 1));
    }
    const double length = std::sqrt(dot(vector, vector));
    for (double& one : vector) one /= length;
    return vector;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace sbx::geometry
