// SPDX-License-Identifier: Apache-2.0
// The lowest latency of late: the mean, over two percentiles, of a model's percentile by the lowest of all. A model that nothing is known of
// counts as the fastest, so that it is tried.
#include "runtime/selectors/remembered.h"

namespace sbx {

namespace {

using namespace selectors;

/// 0: nothing is known.
double at(const Memory& memory, const Model& model, double percentile) {
  const auto* samples = memory.of<state::Quantile>(model.name);
  return samples == nullptr ? 0 : state::quantile(*samples, percentile);
}

class Fastest final : public SelectorKind {
 public:
  std::string_view name() const override { return "fastest"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory memory(contest, kLatency, arguments);
    for (int64_t& score : scores) score = 0;
    for (const double percentile : {number(arguments, "typical", 0.5), number(arguments, "tail", 0.95)}) {
      double least = 0;
      for (const Model* model : contest.contenders) {
        const double mine = at(memory, *model, percentile);
        if (mine > 0 && (least == 0 || mine < least)) least = mine;
      }
      for (size_t i = 0; i < scores.size(); ++i) {
        const double mine = at(memory, *contest.contenders[i], percentile);
        scores[i] -= to_score((mine > 0 ? mine / least : 1) / 2);
      }
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Memory memory(contest, kLatency, arguments);
    const Model& model = *contest.contenders[contender];
    return {{"typical_ms", to_score(at(memory, model, number(arguments, "typical", 0.5)))},
            {"tail_ms", to_score(at(memory, model, number(arguments, "tail", 0.95)))}};
  }
  std::vector<std::string_view> memories() const override { return {kLatency}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    learn_latency(lesson, arguments, updates);
  }
};

}  // namespace

const SelectorKind& fastest_selector() {
  static const Fastest kind;
  return kind;
}

}  // namespace sbx
