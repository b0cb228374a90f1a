// SPDX-License-Identifier: Apache-2.0
// The best name of late: the mean of Beta(1 + good, 1 + bad) over the last `window` answers under the key.
#include "runtime/selectors/remembered.h"

namespace sbx {

namespace {

using namespace selectors;

class Reputation final : public SelectorKind {
 public:
  std::string_view name() const override { return "reputation"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory memory(contest, "reputation", arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      const auto* known = memory.of<state::Beta>(contest.contenders[i]->name);
      scores[i] = to_score(known == nullptr ? 0.5 : known->alpha / (known->alpha + known->beta));
    }
  }
  std::vector<std::string_view> memories() const override { return {"reputation"}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    if (const auto quality = quality_of(lesson))
      updates.push_back(update(lesson, "reputation", arguments, lesson.chosen, state::Trial{*quality, number(arguments, "window", 1000)}));
  }
};

}  // namespace

const SelectorKind& reputation_selector() {
  static const Reputation kind;
  return kind;
}

}  // namespace sbx
