// SPDX-License-Identifier: Apache-2.0
// The gate of two layers, trained to raise the worth that is expected of its choice: sum_m p_m u_m, p = softmax(W2 GELU(W1 x + b1) + b2).
#include <cmath>
#include <numbers>

#include "runtime/learn/descent.h"

namespace sbx::learn {

namespace {

float gelu(float x) { return 0.5F * x * (1 + std::erf(x / std::numbers::sqrt2_v<float>)); }
/// Phi(x) + x phi(x).
float gelu_slope(float x) {
  const float density = std::exp(-0.5F * x * x) * static_cast<float>(std::numbers::inv_sqrtpi / std::numbers::sqrt2);
  return 0.5F * (1 + std::erf(x / std::numbers::sqrt2_v<float>)) + x * density;
}

Matrix softmax(const Matrix& logits) {
  Matrix made = (logits.colwise() - logits.rowwise().maxCoeff()).array().exp();
  made.array().colwise() /= made.rowwise().sum().array();
  return made;
}

}  // namespace

Tensors fit_mlp(const FitProblem& problem) {
  Random random(problem.seed);
  const auto hidden = std::max<Eigen::Index>(1, static_cast<Eigen::Index>(problem.argument("hidden", 32)));
  const Matrix worth = filled(problem.worth);
  Weights w1(random_matrix(hidden, problem.views.cols(), 0.5, random)), b1(Matrix::Zero(1, hidden));
  Weights w2(random_matrix(problem.models(), hidden, 0.1, random)), b2(Matrix::Zero(1, problem.models()));
  const Descent descent{.epochs = static_cast<int>(problem.argument("epochs", 20))};
  descend(problem.rows(), descent, random, [&](const std::vector<Eigen::Index>& batch, float rate) {
    const Matrix views = problem.views(batch, Eigen::all);
    const Matrix before = (views * w1.value.transpose()).rowwise() + b1.value.row(0);
    const Matrix bent = before.unaryExpr(&gelu);
    const Matrix chance = softmax((bent * w2.value.transpose()).rowwise() + b2.value.row(0));
    const Matrix here = worth(batch, Eigen::all);
    const Vector expected = chance.cwiseProduct(here).rowwise().sum();
    // Against the expected worth: d/dlogit_m = -p_m (u_m - sum p u).
    const Matrix slope = -chance.cwiseProduct(here.colwise() - expected) / static_cast<float>(batch.size());
    const Matrix inner = (slope * w2.value).cwiseProduct(before.unaryExpr(&gelu_slope));
    w2.gradient = slope.transpose() * bent;
    b2.gradient = slope.colwise().sum();
    w1.gradient = inner.transpose() * views;
    b1.gradient = inner.colwise().sum();
    for (Weights* weights : {&w1, &w2}) weights->step(rate, descent.decay);
    for (Weights* bias : {&b1, &b2}) bias->step(rate);
  });
  return {{"w1", to_tensor(w1.value)}, {"b1", to_tensor(b1.value)}, {"w2", to_tensor(w2.value)}, {"b2", to_tensor(b2.value)}};
}

}  // namespace sbx::learn
