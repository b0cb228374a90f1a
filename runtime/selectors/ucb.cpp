// SPDX-License-Identifier: Apache-2.0
// An upper bound of the reward, less what fails (AgensFlow, arXiv:2605.27466). With N visits under the key, n of them rewarded for this model:
// mean + c sqrt(ln(N + 1) / n) - penalty * fails / (n + fails), c = max(0.5, 1.4 * 2^(-N / 50)); one that was never visited comes first;
// one that only failed has -penalty + c sqrt(ln(N + 1) / fails). Below `trust` visits the order written counts.
#include "runtime/selectors/remembered.h"

#include <algorithm>

namespace sbx {

namespace {

using namespace selectors;

struct Terms {
  bool unvisited = false;
  double mean = 0, bonus = 0, penalty = 0;
};

/// Visits of a model, rewarded or not.
double visits_of(const state::Ucb& arm) { return static_cast<double>(arm.reward.n + arm.fails); }

struct Table {
  Table(const Contest& contest, const ConstantRecord& arguments)
      : memory(contest, "ucb", arguments), lambda(number(arguments, "penalty", 0.5)), least(number(arguments, "trust", 5)) {
    for (const Model* model : contest.contenders) {
      if (const auto* arm = memory.of<state::Ucb>(model->name)) visits += visits_of(*arm);
    }
    explore = std::max(0.5, 1.4 * std::exp2(-visits / 50));
  }
  [[nodiscard]] bool trusted() const { return visits >= least; }
  [[nodiscard]] Terms terms(const std::string& model) const {
    const auto* arm = memory.of<state::Ucb>(model);
    if (arm == nullptr || visits_of(*arm) == 0) return {.unvisited = true};
    const bool rewarded = arm->reward.n > 0;
    const double seen = static_cast<double>(rewarded ? arm->reward.n : arm->fails);
    return {.mean = arm->reward.mean,
            .bonus = explore * std::sqrt(std::log(visits + 1) / seen),
            .penalty = lambda * static_cast<double>(arm->fails) / visits_of(*arm)};
  }

  Memory memory;
  double lambda, least, visits = 0, explore = 0;
};

class UpperBound final : public SelectorKind {
 public:
  std::string_view name() const override { return "ucb"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Table table(contest, arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      if (!table.trusted()) {
        scores[i] = -static_cast<int64_t>(i);
        continue;
      }
      const Terms terms = table.terms(contest.contenders[i]->name);
      scores[i] = terms.unvisited ? INT64_MAX : to_score(terms.mean + terms.bonus - terms.penalty);
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Table table(contest, arguments);
    const Terms terms = table.terms(contest.contenders[contender]->name);
    return {{"visits", to_score(table.visits)}, {"mean", to_score(terms.mean)}, {"bonus", to_score(terms.bonus)}, {"penalty", to_score(terms.penalty)}};
  }
  std::vector<std::string_view> memories() const override { return {"ucb"}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    if (lesson.failed) {
      updates.push_back(update(lesson, "ucb", arguments, lesson.chosen, state::Visit{0, true}));
    } else if (lesson.quality) {
      updates.push_back(update(lesson, "ucb", arguments, lesson.chosen, state::Visit{*lesson.quality, false}));
    }
  }
};

}  // namespace

const SelectorKind& ucb_selector() {
  static const UpperBound kind;
  return kind;
}

}  // namespace sbx
