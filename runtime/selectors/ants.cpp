// SPDX-License-Identifier: Apache-2.0
// One layer of an ant colony (AMRO-S, arXiv:2603.12933): a model is drawn with p ~ tau^alpha eta^beta, tau its pheromone under the key, eta
// what is to be expected of it: ability + speed. Only an answer as good as `accept` lays pheromone: tau <- (1 - rho) tau + w Q / (f + eps)
// with w the confidence of the label, f its latency in seconds (1 where that is not known). The draw is a race of exponentials, so p is
// exactly the propensity.
#include "runtime/selectors/remembered.h"

#include <algorithm>

namespace sbx {

namespace {

using namespace selectors;

constexpr double kEpsilon = 1e-3, kPrior = 0.5;

double pheromone(const Memory& memory, const Model& model) {
  const auto* known = memory.of<state::Pheromone>(model.name);
  return known == nullptr ? 1 : known->tau;
}

/// ability * quality + speed / (seconds + 1), above 0.
double expectation(const Contest& contest, const ConstantRecord& arguments, const Model& model) {
  const auto* samples = Memory(contest, kLatency, arguments).of<state::Quantile>(model.name);
  const double seconds = samples == nullptr ? 0 : state::quantile(*samples, 0.5) / 1000;
  const double quality = expected_quality(Memory(contest, kQuality, arguments), model, kPrior);
  return std::max(kEpsilon, number(arguments, "ability", 1) * quality + number(arguments, "speed", 0) / (seconds + 1));
}

std::vector<double> chances(const Contest& contest, const ConstantRecord& arguments) {
  const Memory memory(contest, "ants", arguments);
  std::vector<double> p;
  double sum = 0;
  for (const Model* model : contest.contenders) {
    p.push_back(std::pow(pheromone(memory, *model), number(arguments, "alpha", 1)) *
                std::pow(expectation(contest, arguments, *model), number(arguments, "beta", 1)));
    sum += p.back();
  }
  for (double& one : p) one /= sum;
  return p;
}

/// How sure the first label of `per:` was.
double weight(const Lesson& lesson, const ConstantRecord& arguments) {
  const Contest then{.contenders = {}, .manifest = lesson.manifest, .readings = lesson.readings};
  const std::vector<std::string_view> per = words(arguments, "per");
  const Reading* reading = per.empty() ? nullptr : then.known(per.front());
  return reading == nullptr || !reading->confidence ? 1 : static_cast<double>(*reading->confidence) / 1e6;
}

class Ants final : public SelectorKind {
 public:
  std::string_view name() const override { return "ants"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const std::vector<double> p = chances(contest, arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      Chance chance(contest.seed, contest.contenders[i]->name);
      scores[i] = to_score(std::log(p[i]) - std::log(-std::log(chance.next())));  // the order of -E / p, and better spread
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Model& model = *contest.contenders[contender];
    return {{"tau", to_score(pheromone(Memory(contest, "ants", arguments), model))},
            {"eta", to_score(expectation(contest, arguments, model))},
            {"p", to_score(chances(contest, arguments)[contender])}};
  }
  bool is_random() const override { return true; }
  int64_t propensity(const Contest& contest, const ConstantRecord& arguments, size_t first) const override {
    return std::clamp<int64_t>(to_score(chances(contest, arguments)[first]), 1, 1'000'000);
  }
  std::vector<std::string_view> memories() const override { return {"ants", kQuality, kLatency}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    learn_quality(lesson, arguments, updates);
    learn_latency(lesson, arguments, updates);
    const auto quality = quality_of(lesson);
    if (!quality || *quality < number(arguments, "accept", 0.5)) return;
    const double fitness = lesson.latency_ms ? *lesson.latency_ms / 1000 : 1;
    const double deposit = weight(lesson, arguments) * number(arguments, "q", 1) / (fitness + kEpsilon);
    const state::Reinforce change{number(arguments, "rho", 0.1), deposit, number(arguments, "floor", 0.01)};
    updates.push_back(update(lesson, "ants", arguments, lesson.chosen, change));
  }
};

}  // namespace

const SelectorKind& ants_selector() {
  static const Ants kind;
  return kind;
}

}  // namespace sbx
