// SPDX-License-Identifier: Apache-2.0
// Two towers, each a layer with layer normalisation and ELU. The better of two models of a row is to be nearer by a margin of 0.2
// (RouteProfile's MLPRouter, arXiv 2605.00180). The tower of models looks at the middle of the requests that each does well.
#include <cmath>

#include "runtime/learn/descent.h"

namespace sbx::learn {

namespace {

constexpr float kMargin = 0.2F, kTiny = 1e-5F;

class Tower {
 public:
  Tower(Eigen::Index width, Eigen::Index input, Random& random)
      : w(random_matrix(width, input, 0.5, random)), b(random_matrix(1, width, 0.1, random)) {}

  const Matrix& forward(const Matrix& input) {
    input_ = input;
    const Matrix linear = (input * w.value.transpose()).rowwise() + b.value.row(0);
    const Vector mean = linear.rowwise().mean();
    normal_ = linear.colwise() - mean;
    deviation_ = (normal_.cwiseAbs2().rowwise().mean().array() + kTiny).sqrt();
    normal_.array().colwise() /= deviation_.array();
    output_ = normal_.unaryExpr([](float v) { return v > 0 ? v : std::expm1(v); });
    return output_;
  }
  void backward(const Matrix& gradient) {
    const Matrix bent = gradient.cwiseProduct(normal_.unaryExpr([](float v) { return v > 0 ? 1.0F : std::exp(v); }));
    // Through (v - mean) / deviation.
    const Vector along = bent.cwiseProduct(normal_).rowwise().mean();
    const Vector mean = bent.rowwise().mean();
    Matrix linear = (bent - along.asDiagonal() * normal_).colwise() - mean;
    linear.array().colwise() /= deviation_.array();
    w.gradient = linear.transpose() * input_;
    b.gradient = linear.colwise().sum();
  }
  void step(float rate, float decay) {
    w.step(rate, decay);
    b.step(rate);
  }

  Weights w, b;

 private:
  Matrix input_, normal_, output_;
  Vector deviation_;
};

/// For each model the middle of the views, each by how much the model is worth more than the row's models on average.
Matrix middles(const Matrix& views, const Matrix& worth) {
  const Matrix lead = (worth.colwise() - worth.rowwise().mean()).cwiseMax(0.0F);
  Matrix made = lead.transpose() * views;
  normalise_rows(made);
  return made;
}

}  // namespace

Tensors fit_two_tower(const FitProblem& problem) {
  Random random(problem.seed);
  const auto width = std::max<Eigen::Index>(2, static_cast<Eigen::Index>(problem.argument("width", 32)));
  const Matrix worth = filled(problem.worth);
  // A place for each model, so that models which do the same requests well can still be told apart.
  Matrix profiles(problem.models(), problem.views.cols() + problem.models());
  profiles << middles(problem.views, worth), Matrix::Identity(problem.models(), problem.models());
  Tower queries(width, problem.views.cols(), random), models(width, profiles.cols(), random);
  const Descent descent{.epochs = static_cast<int>(problem.argument("epochs", 20))};
  descend(problem.rows(), descent, random, [&](const std::vector<Eigen::Index>& batch, float rate) {
    const UnitRows query(queries.forward(problem.views(batch, Eigen::all))), key(models.forward(profiles));
    const Matrix scores = query.unit * key.unit.transpose();
    Matrix slope = Matrix::Zero(scores.rows(), scores.cols());
    const std::vector<Pair> pairs = draw_pairs(worth, batch, 4, random);
    for (const Pair& pair : pairs) {
      if (scores(pair.row, pair.better) - scores(pair.row, pair.worse) >= kMargin) continue;
      slope(pair.row, pair.better) -= pair.lead / static_cast<float>(pairs.size());
      slope(pair.row, pair.worse) += pair.lead / static_cast<float>(pairs.size());
    }
    queries.backward(query.back(slope * key.unit));
    models.backward(key.back(slope.transpose() * query.unit));
    queries.step(rate, descent.decay);
    models.step(rate, descent.decay);
  });
  return {{"w", to_tensor(queries.w.value)}, {"b", to_tensor(queries.b.value)}, {"models", to_tensor(models.forward(profiles))}};
}

}  // namespace sbx::learn
