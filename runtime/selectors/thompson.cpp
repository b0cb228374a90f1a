// SPDX-License-Identifier: Apache-2.0
// A draw from what is believed of each model: Beta(1 + successes, 1 + failures). The draws follow from the request's seed. The propensity is
// the integral of f_i(x) prod_{j != i} F_j(x) over [0, 1], by the midpoint rule over a thousand cells: exact to about a thousandth.
#include "runtime/selectors/remembered.h"

#include <algorithm>
#include <numbers>

namespace sbx {

namespace {

using namespace selectors;

constexpr size_t kCells = 1000;

state::Beta belief_in(const Memory& memory, const std::string& model) {
  const auto* known = memory.of<state::Beta>(model);
  return known == nullptr ? state::Beta{} : *known;
}

double normal(Chance& chance) {  // Box and Muller
  const double radius = std::sqrt(-2 * std::log(chance.next()));
  return radius * std::cos(2 * std::numbers::pi * chance.next());
}

/// A draw from Gamma(shape, 1) for a shape from 1 (Marsaglia and Tsang 2000).
double gamma(double shape, Chance& chance) {
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal(chance), v = std::pow(1 + c * x, 3);
    if (v <= 0) continue;
    if (std::log(chance.next()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

/// Of a Beta distribution, by cells of [0, 1]: how much lies in each, and how much below its middle.
struct Density {
  std::vector<double> share, below;
};

Density density(const state::Beta& belief) {
  Density result{std::vector<double>(kCells), std::vector<double>(kCells)};
  std::vector<double> logs(kCells);
  for (size_t x = 0; x < kCells; ++x) {
    const double middle = (static_cast<double>(x) + 0.5) / kCells;
    logs[x] = (belief.alpha - 1) * std::log(middle) + (belief.beta - 1) * std::log1p(-middle);
  }
  const double highest = *std::ranges::max_element(logs);
  double total = 0;
  for (size_t x = 0; x < kCells; ++x) total += result.share[x] = std::exp(logs[x] - highest);
  double sum = 0;
  for (size_t x = 0; x < kCells; ++x) {
    result.share[x] /= total;
    result.below[x] = sum + result.share[x] / 2;
    sum += result.share[x];
  }
  return result;
}

class Thompson final : public SelectorKind {
 public:
  std::string_view name() const override { return "thompson"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory memory(contest, "thompson", arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      const std::string& model = contest.contenders[i]->name;
      const state::Beta belief = belief_in(memory, model);
      Chance chance(contest.seed, model);
      const double a = gamma(belief.alpha, chance), b = gamma(belief.beta, chance);
      scores[i] = to_score(a / (a + b));
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const state::Beta belief = belief_in(Memory(contest, "thompson", arguments), contest.contenders[contender]->name);
    return {{"alpha", to_score(belief.alpha)}, {"beta", to_score(belief.beta)}};
  }
  bool is_random() const override { return true; }
  int64_t propensity(const Contest& contest, const ConstantRecord& arguments, size_t first) const override {
    const Memory memory(contest, "thompson", arguments);
    std::vector<Density> densities;
    for (const Model* model : contest.contenders) densities.push_back(density(belief_in(memory, model->name)));
    double sum = 0;
    for (size_t x = 0; x < kCells; ++x) {
      double beaten = densities[first].share[x];
      for (size_t i = 0; i < densities.size(); ++i) {
        if (i != first) beaten *= densities[i].below[x];
      }
      sum += beaten;
    }
    return std::clamp<int64_t>(to_score(sum), 1, 1'000'000);
  }
  std::vector<std::string_view> memories() const override { return {"thompson"}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    if (const auto quality = quality_of(lesson))
      updates.push_back(update(lesson, "thompson", arguments, lesson.chosen, state::Trial{*quality, number(arguments, "window", 0)}));
  }
};

}  // namespace

const SelectorKind& thompson_selector() {
  static const Thompson kind;
  return kind;
}

}  // namespace sbx
