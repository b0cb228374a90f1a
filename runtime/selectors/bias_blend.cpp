// SPDX-License-Identifier: Apache-2.0
// What is known under the key, and what is known at all (after Glider, arXiv:2410.07172): local quality + scale * quality under every key.
#include "runtime/selectors/remembered.h"

namespace sbx {

namespace {

using namespace selectors;

constexpr double kPrior = 0.5;

class BiasBlend final : public SelectorKind {
 public:
  std::string_view name() const override { return "bias_blend"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory local(contest, kQuality, arguments), global(contest, kQuality, {});
    const double scale = number(arguments, "scale", 0.5);
    for (size_t i = 0; i < scores.size(); ++i) {
      const Model& model = *contest.contenders[i];
      scores[i] = to_score(expected_quality(local, model, kPrior) + scale * expected_quality(global, model, kPrior));
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Model& model = *contest.contenders[contender];
    return {{"local", to_score(expected_quality(Memory(contest, kQuality, arguments), model, kPrior))},
            {"global", to_score(expected_quality(Memory(contest, kQuality, {}), model, kPrior))}};
  }
  std::vector<std::string_view> memories() const override { return {kQuality}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    learn_quality(lesson, {}, updates);
    if (!words(arguments, "per").empty()) learn_quality(lesson, arguments, updates);
  }
};

}  // namespace

const SelectorKind& bias_blend_selector() {
  static const BiasBlend kind;
  return kind;
}

}  // namespace sbx
