// SPDX-License-Identifier: Apache-2.0
// Matrix factorisation: the better of two models of a row is to score higher, by Bradley and Terry's loss ln(1 + exp(s_worse - s_better))
// weighted by how much better it is (RouteLLM, Ong et al. 2024).
#include <cmath>

#include "runtime/learn/descent.h"

namespace sbx::learn {

Tensors fit_factors(const FitProblem& problem) {
  Random random(problem.seed);
  const auto rank = std::max<Eigen::Index>(1, static_cast<Eigen::Index>(problem.argument("rank", 16)));
  const Matrix worth = filled(problem.worth);
  Weights projection(random_matrix(rank, problem.views.cols(), 0.3, random));
  Weights models(random_matrix(problem.models(), rank, 0.1, random)), bias(Matrix::Zero(1, problem.models()));
  const Descent descent{.epochs = static_cast<int>(problem.argument("epochs", 20))};
  descend(problem.rows(), descent, random, [&](const std::vector<Eigen::Index>& batch, float rate) {
    const Matrix views = problem.views(batch, Eigen::all);
    const Matrix factors = views * projection.value.transpose();
    const Matrix scores = (factors * models.value.transpose()).rowwise() + bias.value.row(0);
    Matrix slope = Matrix::Zero(scores.rows(), scores.cols());
    const std::vector<Pair> pairs = draw_pairs(worth, batch, 4, random);
    for (const Pair& pair : pairs) {
      const float wrong = 1 / (1 + std::exp(scores(pair.row, pair.better) - scores(pair.row, pair.worse)));
      const float pull = pair.lead * wrong / static_cast<float>(pairs.size());
      slope(pair.row, pair.better) -= pull;
      slope(pair.row, pair.worse) += pull;
    }
    models.gradient = slope.transpose() * factors;
    projection.gradient = (slope * models.value).transpose() * views;
    bias.gradient = slope.colwise().sum();
    projection.step(rate, descent.decay);
    models.step(rate, descent.decay);
    bias.step(rate);
  });
  return {{"projection", to_tensor(projection.value)}, {"models", to_tensor(models.value)}, {"bias", to_tensor(bias.value)}};
}

}  // namespace sbx::learn
