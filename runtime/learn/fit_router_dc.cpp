// SPDX-License-Identifier: Apache-2.0
// Dual contrastive learning (RouterDC, Chen et al. 2024): a request is to be nearer to the keys of the models that do it best than to
// those that do it worst, and to requests of its own cluster than to others.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/learn/clusters.h"
#include "runtime/learn/descent.h"

namespace sbx::learn {

namespace {

constexpr float kTemperature = 0.2F, kOfRequests = 0.3F;  // the latter weighs the second loss
constexpr Eigen::Index kEnds = 3;                         // the best and the worst of a row

/// -ln(e^s_0 / sum_j e^s_j) over the similarities at `places`, the first of which is the right one; adds its slope.
void contrast(const Matrix& similarity, Eigen::Index row, const std::vector<Eigen::Index>& places, float weight, Matrix& slope) {
  float highest = -1e9F, sum = 0;
  for (const Eigen::Index place : places) highest = std::max(highest, similarity(row, place) / kTemperature);
  for (const Eigen::Index place : places) sum += std::exp(similarity(row, place) / kTemperature - highest);
  for (const Eigen::Index place : places) {
    const float chance = std::exp(similarity(row, place) / kTemperature - highest) / sum;
    slope(row, place) += weight * (chance - (place == places.front() ? 1.0F : 0.0F)) / kTemperature;
  }
}

void contrast_models(const Matrix& worth, const std::vector<Eigen::Index>& batch, const Matrix& similarity, Matrix& slope) {
  const Eigen::Index models = worth.cols(), ends = std::min(kEnds, models / 2);
  std::vector<Eigen::Index> order(static_cast<size_t>(models));
  for (size_t i = 0; i < batch.size(); ++i) {
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::ranges::stable_sort(order, [&](Eigen::Index a, Eigen::Index b) { return worth(batch[i], a) > worth(batch[i], b); });
    for (Eigen::Index best = 0; best < ends; ++best) {
      std::vector<Eigen::Index> places = {order[static_cast<size_t>(best)]};
      for (Eigen::Index worst = models - ends; worst < models; ++worst) {
        const Eigen::Index other = order[static_cast<size_t>(worst)];
        if (worth(batch[i], other) < worth(batch[i], places.front())) places.push_back(other);
      }
      if (places.size() == 1) continue;
      const float lead = worth(batch[i], places.front()) - worth(batch[i], places.back());
      contrast(similarity, static_cast<Eigen::Index>(i), places, lead / static_cast<float>(batch.size()), slope);
    }
  }
}

/// Of each row of the batch the next one of its cluster against all of other clusters.
void contrast_requests(const std::vector<size_t>& cluster, const std::vector<Eigen::Index>& batch, const Matrix& similarity, Matrix& slope) {
  const auto of = [&](size_t i) { return cluster[static_cast<size_t>(batch[i])]; };
  for (size_t i = 0; i < batch.size(); ++i) {
    std::vector<Eigen::Index> places;
    for (size_t step = 1; step < batch.size() && places.empty(); ++step) {
      const size_t other = (i + step) % batch.size();
      if (of(other) == of(i)) places.push_back(static_cast<Eigen::Index>(other));
    }
    if (places.empty()) continue;
    for (size_t other = 0; other < batch.size(); ++other) {
      if (of(other) != of(i)) places.push_back(static_cast<Eigen::Index>(other));
    }
    contrast(similarity, static_cast<Eigen::Index>(i), places, kOfRequests / static_cast<float>(batch.size()), slope);
  }
}

}  // namespace

Tensors fit_router_dc(const FitProblem& problem) {
  Random random(problem.seed);
  const auto width = std::max<Eigen::Index>(2, static_cast<Eigen::Index>(problem.argument("width", 32)));
  const Matrix worth = filled(problem.worth);
  const Clusters clusters = find_clusters(problem);
  Weights projection(random_matrix(width, problem.views.cols(), 0.3, random)), keys(random_matrix(problem.models(), width, 0.3, random));
  const Descent descent{.epochs = static_cast<int>(problem.argument("epochs", 20))};
  descend(problem.rows(), descent, random, [&](const std::vector<Eigen::Index>& batch, float rate) {
    const Matrix views = problem.views(batch, Eigen::all);
    const UnitRows query(views * projection.value.transpose()), key(keys.value);
    const Matrix to_keys = query.unit * key.unit.transpose(), to_each = query.unit * query.unit.transpose();
    Matrix of_keys = Matrix::Zero(to_keys.rows(), to_keys.cols()), of_each = Matrix::Zero(to_each.rows(), to_each.cols());
    contrast_models(worth, batch, to_keys, of_keys);
    contrast_requests(clusters.of_row, batch, to_each, of_each);
    const Matrix of_query = query.back(of_keys * key.unit + (of_each + of_each.transpose()) * query.unit);
    projection.gradient = of_query.transpose() * views;
    keys.gradient = key.back(of_keys.transpose() * query.unit);
    projection.step(rate, descent.decay);
    keys.step(rate, descent.decay);
  });
  return {{"projection", to_tensor(projection.value)}, {"keys", to_tensor(keys.value)}};
}

}  // namespace sbx::learn
