// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/baselines.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "runtime/learn/random.h"

namespace sbx::learn {

namespace {

using Worth = std::function<double(const Measured&)>;

/// The candidate of the highest total worth over the rows that may be learned from; of equal ones the first.
size_t best_of_others(const Arena& arena, const OutcomeFolds& folds, size_t row, const Worth& worth) {
  size_t best = arena.candidates.front();
  double most = -HUGE_VAL;
  for (const size_t column : arena.candidates) {
    double sum = 0;
    for (const size_t other : arena.rows) {
      if (folds.count == 0 || folds.is_apart(row, other)) sum += worth(arena.outcome(other, column));
    }
    if (sum > most) most = sum, best = column;
  }
  return best;
}

/// One model for all rows of a fold.
std::vector<Choice> constant(const Arena& arena, const OutcomeFolds& folds, const Worth& worth) {
  std::vector<std::optional<size_t>> by_fold(std::max<size_t>(1, folds.count));
  std::vector<Choice> choices;
  for (const size_t row : arena.rows) {
    auto& best = by_fold[folds.count == 0 ? 0 : folds.of_row[row]];
    if (!best) best = best_of_others(arena, folds, row, worth);
    choices.push_back({best, 0});
  }
  return choices;
}

std::vector<Choice> random_choices(const Arena& arena, uint64_t seed) {
  Random random(seed);
  std::vector<Choice> choices;
  for (size_t i = 0; i < arena.rows.size(); ++i) {
    const size_t picked = random.below(arena.candidates.size());
    choices.push_back({arena.candidates[picked], random.unit()});
  }
  return choices;
}

/// The best model of each row, the cheapest of several.
std::vector<Choice> oracle(const Arena& arena) {
  std::vector<Choice> choices;
  for (const size_t row : arena.rows) {
    const auto is_better = [&](size_t a, size_t b) {
      const Measured &one = arena.outcome(row, a), &other = arena.outcome(row, b);
      if (one.quality != other.quality) return one.quality > other.quality;
      return one.cost_usd && other.cost_usd && *one.cost_usd < *other.cost_usd;
    };
    const size_t best = *std::ranges::min_element(arena.candidates, is_better);
    choices.push_back({best, arena.outcome(row, arena.strong).quality - arena.outcome(row, arena.weak).quality});
  }
  return choices;
}

float dot(std::span<const float> a, std::span<const float> b) {
  float sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// The places in `arena.rows` of the nearest rows that may be learned from.
std::vector<size_t> neighbours(const Arena& arena, const OutcomeFolds& folds, const Tensor& vectors, size_t row, size_t k) {
  std::vector<std::pair<float, size_t>> near;
  for (const size_t other : arena.rows) {
    if (folds.is_apart(row, other)) near.emplace_back(-dot(vectors.row(row), vectors.row(other)), other);
  }
  k = std::min(k, near.size());
  std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(k), near.end());
  std::vector<size_t> rows;
  for (size_t i = 0; i < k; ++i) rows.push_back(near[i].second);
  return rows;
}

std::vector<Choice> nearest(const Arena& arena, const OutcomeFolds& folds, const Tensor& vectors, size_t k) {
  std::vector<Choice> choices;
  for (const size_t row : arena.rows) {
    const std::vector<size_t> near = neighbours(arena, folds, vectors, row, k);
    const auto worth = [&](size_t column) {
      double sum = 0;
      for (const size_t other : near) sum += arena.outcome(other, column).quality;
      return near.empty() ? 0 : sum / static_cast<double>(near.size());
    };
    const size_t best = *std::ranges::max_element(arena.candidates, {}, worth);
    choices.push_back({best, worth(arena.strong) - worth(arena.weak)});
  }
  return choices;
}

}  // namespace

std::vector<Baseline> baselines(const Arena& arena, const OutcomeFolds& folds, const Tensor& vectors, uint64_t seed, size_t k) {
  const auto has_cost = [&](size_t row) {
    return std::ranges::all_of(arena.candidates, [&](size_t column) { return arena.outcome(row, column).cost_usd.has_value(); });
  };
  std::vector<Baseline> made;
  made.push_back({"best_single", constant(arena, folds, [](const Measured& outcome) { return outcome.quality; })});
  if (std::ranges::all_of(arena.rows, has_cost))
    made.push_back({"cheapest", constant(arena, folds, [](const Measured& outcome) { return -*outcome.cost_usd; })});
  made.push_back({"random", random_choices(arena, seed)});
  made.push_back({"oracle", oracle(arena)});
  made.push_back({"knn", nearest(arena, folds, vectors, k)});
  return made;
}

}  // namespace sbx::learn
