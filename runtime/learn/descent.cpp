// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/descent.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace sbx::learn {

void Weights::step(float rate, float decay) {
  constexpr float kFirst = 0.9F, kSecond = 0.999F, kTiny = 1e-8F;
  ++steps_;
  first_ = kFirst * first_ + (1 - kFirst) * gradient;
  second_ = kSecond * second_ + (1 - kSecond) * gradient.cwiseAbs2();
  const float first_scale = 1 / (1 - std::pow(kFirst, static_cast<float>(steps_)));
  const float second_scale = 1 / (1 - std::pow(kSecond, static_cast<float>(steps_)));
  value.array() -= rate * (first_scale * first_.array() / ((second_scale * second_.array()).sqrt() + kTiny) + decay * value.array());
  gradient.setZero();
}

void descend(Eigen::Index rows, const Descent& descent, Random& random,
             const std::function<void(const std::vector<Eigen::Index>& batch, float rate)>& step) {
  std::vector<Eigen::Index> order(static_cast<size_t>(rows));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  const size_t batches = (order.size() + descent.batch - 1) / descent.batch;
  const int epochs = std::max(descent.epochs, static_cast<int>((descent.least_steps + batches - 1) / std::max<size_t>(1, batches)));
  for (int epoch = 0; epoch < epochs; ++epoch) {
    shuffle(std::span(order), random);
    for (size_t at = 0; at < order.size(); at += descent.batch) {
      const size_t end = std::min(at + descent.batch, order.size());
      const double way = (epoch + static_cast<double>(at) / static_cast<double>(order.size())) / epochs;
      const auto rate = static_cast<float>(descent.rate * 0.5 * (1 + std::cos(std::numbers::pi * way)));
      step({order.begin() + static_cast<std::ptrdiff_t>(at), order.begin() + static_cast<std::ptrdiff_t>(end)}, rate);
    }
  }
}

std::vector<Pair> draw_pairs(const Matrix& worth, const std::vector<Eigen::Index>& batch, int each, Random& random) {
  std::vector<Pair> pairs;
  const auto models = static_cast<size_t>(worth.cols());
  for (size_t i = 0; i < batch.size(); ++i) {
    for (int draw = 0; draw < each; ++draw) {
      const auto one = static_cast<Eigen::Index>(random.below(models)), other = static_cast<Eigen::Index>(random.below(models));
      const float lead = worth(batch[i], one) - worth(batch[i], other);
      if (lead > 0) pairs.push_back({static_cast<Eigen::Index>(i), one, other, lead});
      if (lead < 0) pairs.push_back({static_cast<Eigen::Index>(i), other, one, -lead});
    }
  }
  return pairs;
}

UnitRows::UnitRows(const Matrix& rows) : unit(rows), length(rows.rowwise().norm().cwiseMax(1e-8F)) {
  unit.array().colwise() /= length.array();
}

// d(x / |x|) = (g - u (u . g)) / |x|.
Matrix UnitRows::back(const Matrix& gradient) const {
  const Vector along = unit.cwiseProduct(gradient).rowwise().sum();
  Matrix made = gradient - along.asDiagonal() * unit;
  made.array().colwise() /= length.array();
  return made;
}

}  // namespace sbx::learn
