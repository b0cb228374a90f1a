// SPDX-License-Identifier: Apache-2.0
// Those that are good enough: of quality at least `floor`, and within `margin` of the best. The others are excluded: with `or none` they are
// not asked at all.
#include "runtime/selectors/remembered.h"

#include <algorithm>

namespace sbx {

namespace {

using namespace selectors;

class SetSelect final : public SelectorKind {
 public:
  std::string_view name() const override { return "set_select"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory memory(contest, kQuality, arguments);
    const double prior = number(arguments, "prior", 0.5), floor = number(arguments, "floor", 0);
    int64_t best = kExcluded;
    for (size_t i = 0; i < scores.size(); ++i) {
      scores[i] = to_score(expected_quality(memory, *contest.contenders[i], prior));
      best = std::max(best, scores[i]);
    }
    const int64_t least = std::max(to_score(floor), best - to_score(number(arguments, "margin", 1)));
    for (int64_t& score : scores) {
      if (score < least) score = kExcluded;
    }
  }
  std::vector<std::string_view> memories() const override { return {kQuality}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    learn_quality(lesson, arguments, updates);
  }
};

}  // namespace

const SelectorKind& set_select_selector() {
  static const SetSelect kind;
  return kind;
}

}  // namespace sbx
