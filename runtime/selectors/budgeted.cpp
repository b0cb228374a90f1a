// SPDX-License-Identifier: Apache-2.0
// The best quality less its price: q - lambda c, c in dollars. Feedback moves lambda <- max(0, lambda + eta (spent - allowed)), so that on
// average `allowed` is spent for a call.
#include "runtime/selectors/remembered.h"

namespace sbx {

namespace {

using namespace selectors;

constexpr double kPrior = 1, kEta = 1;  // of what nothing is known the best is thought, so that it is tried

double price(const Contest& contest, const ConstantRecord& arguments) {
  const auto* dual = Memory(contest, "budgeted", arguments).of<state::Dual>("");
  return dual == nullptr ? 0 : dual->lambda;
}

double cost(const Contest& contest, const Model& model) { return static_cast<double>(call_cost(contest, model).value_or(0)) / 1e6; }

class Budgeted final : public SelectorKind {
 public:
  std::string_view name() const override { return "budgeted"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory quality(contest, kQuality, arguments);
    const double lambda = price(contest, arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      const Model& model = *contest.contenders[i];
      scores[i] = to_score(expected_quality(quality, model, kPrior) - lambda * cost(contest, model));
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Model& model = *contest.contenders[contender];
    return {{"quality", to_score(expected_quality(Memory(contest, kQuality, arguments), model, kPrior))},
            {"lambda", to_score(price(contest, arguments))},
            {"cost_usd", to_score(cost(contest, model))}};
  }
  std::vector<std::string_view> memories() const override { return {kQuality, "budgeted"}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    learn_quality(lesson, arguments, updates);
    if (!lesson.cost_usd) return;
    const state::Price change{*lesson.cost_usd, number(arguments, "allowed", 0), number(arguments, "eta", kEta)};
    updates.push_back(update(lesson, "budgeted", arguments, "", change));
  }
};

}  // namespace

const SelectorKind& budgeted_selector() {
  static const Budgeted kind;
  return kind;
}

}  // namespace sbx
