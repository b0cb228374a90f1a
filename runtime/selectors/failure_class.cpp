// SPDX-License-Identifier: Apache-2.0
// The least likely to fail, counting what it costs to hand a conversation over: -(P(fails | model, key) + handoff where it answered not the
// turn before). P is the mean of Beta(1 + failures, 1 + others).
#include "runtime/selectors/remembered.h"

namespace sbx {

namespace {

using namespace selectors;

double risk(const Memory& memory, const Model& model) {
  const auto* known = memory.of<state::Beta>(model.name);
  return known == nullptr ? 0.5 : known->alpha / (known->alpha + known->beta);
}

double handoff(const Contest& contest, const ConstantRecord& arguments, const Model& model) {
  const bool other = contest.request != nullptr && contest.request->session.previous_model && *contest.request->session.previous_model != model.name;
  return other ? number(arguments, "handoff", 0.05) : 0;
}

class FailureClass final : public SelectorKind {
 public:
  std::string_view name() const override { return "failure_class"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory memory(contest, "failure_class", arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      const Model& model = *contest.contenders[i];
      scores[i] = -to_score(risk(memory, model) + handoff(contest, arguments, model));
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Model& model = *contest.contenders[contender];
    return {{"fails", to_score(risk(Memory(contest, "failure_class", arguments), model))}, {"handoff", to_score(handoff(contest, arguments, model))}};
  }
  std::vector<std::string_view> memories() const override { return {"failure_class"}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    if (!lesson.failed && !lesson.quality) return;
    updates.push_back(update(lesson, "failure_class", arguments, lesson.chosen, state::Trial{lesson.failed ? 1.0 : 0.0, number(arguments, "window", 1000)}));
  }
};

}  // namespace

const SelectorKind& failure_class_selector() {
  static const FailureClass kind;
  return kind;
}

}  // namespace sbx
