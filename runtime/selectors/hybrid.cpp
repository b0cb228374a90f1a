// SPDX-License-Identifier: Apache-2.0
// Several factors at once: quality, latency and cost of a model, each scaled from 0 (the worst of the contenders) to 1 (the best), times its
// weight. A model beyond a limit of latency or cost is excluded; where all are, the next selector orders them.
#include "runtime/selectors/remembered.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

using namespace selectors;

constexpr double kThird = 1.0 / 3, kPrior = 0.5, kTail = 0.95;

struct Factors {
  std::array<double, 3> raw{}, scaled{};  // quality, latency, cost; the higher the better
  bool excluded = false;
};

/// From 0 to 1 over the contenders; all alike: 1.
void scale(std::vector<Factors>& factors, size_t which) {
  const auto of = [&](const Factors& one) { return one.raw[which]; };
  const auto [low, high] = std::ranges::minmax_element(factors, {}, of);
  const double least = of(*low), span = of(*high) - least;
  for (Factors& one : factors) one.scaled[which] = span > 0 ? (one.raw[which] - least) / span : 1;
}

std::vector<Factors> all(const Contest& contest, const ConstantRecord& arguments) {
  const Memory quality(contest, kQuality, arguments), latency(contest, kLatency, arguments);
  const double most_ms = number(arguments, "max_latency", 0) / 1000, most_usd = number(arguments, "max_cost", 0);
  std::vector<Factors> factors;
  for (const Model* model : contest.contenders) {
    const auto* samples = latency.of<state::Quantile>(model->name);
    const double tail_ms = samples == nullptr ? 0 : state::quantile(*samples, kTail);
    const double usd = static_cast<double>(call_cost(contest, *model).value_or(0)) / 1e6;
    factors.push_back({.raw = {expected_quality(quality, *model, kPrior), -tail_ms, -usd},
                       .excluded = (most_ms > 0 && tail_ms > most_ms) || (most_usd > 0 && usd > most_usd)});
  }
  for (size_t which = 0; which < 3 && !factors.empty(); ++which) scale(factors, which);
  return factors;
}

class Hybrid final : public SelectorKind {
 public:
  std::string_view name() const override { return "hybrid"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const std::vector<Factors> factors = all(contest, arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      const Factors& one = factors[i];
      scores[i] = one.excluded ? kExcluded
                               : to_score(number(arguments, "quality", kThird) * one.scaled[0] + number(arguments, "latency", kThird) * one.scaled[1] +
                                          number(arguments, "cost", kThird) * one.scaled[2]);
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Factors one = all(contest, arguments)[contender];
    return {{"quality", to_score(one.scaled[0])}, {"latency", to_score(one.scaled[1])}, {"cost", to_score(one.scaled[2])}};
  }
  std::vector<std::string_view> memories() const override { return {kQuality, kLatency}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    learn_quality(lesson, arguments, updates);
    learn_latency(lesson, arguments, updates);
  }
};

}  // namespace

const SelectorKind& hybrid_selector() {
  static const Hybrid kind;
  return kind;
}

}  // namespace sbx
