// SPDX-License-Identifier: Apache-2.0
// The best rating. The model that answered plays each other contender with its quality as the score, at a k shared among them; so what one
// gains the others lose.
#include "runtime/selectors/remembered.h"

namespace sbx {

namespace {

using namespace selectors;

constexpr double kInitial = 1500, kK = 32;

class EloRating final : public SelectorKind {
 public:
  std::string_view name() const override { return "elo"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory memory(contest, "elo", arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      const auto* known = memory.of<state::Elo>(contest.contenders[i]->name);
      scores[i] = to_score(known == nullptr ? number(arguments, "initial", kInitial) : known->rating);
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const auto* known = Memory(contest, "elo", arguments).of<state::Elo>(contest.contenders[contender]->name);
    return {{"games", known == nullptr ? 0 : to_score(static_cast<double>(known->n))}};
  }
  std::vector<std::string_view> memories() const override { return {"elo"}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    const auto quality = quality_of(lesson);
    if (!quality || lesson.contenders.size() < 2) return;
    const double k = number(arguments, "k", kK) / static_cast<double>(lesson.contenders.size() - 1);
    for (const std::string& other : lesson.contenders) {
      if (other == lesson.chosen) continue;
      updates.push_back(update(lesson, "elo", arguments, lesson.chosen, state::Match{other, *quality, k, number(arguments, "initial", kInitial)}));
    }
  }
};

}  // namespace

const SelectorKind& elo_selector() {
  static const EloRating kind;
  return kind;
}

}  // namespace sbx
