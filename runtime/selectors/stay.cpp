// SPDX-License-Identifier: Apache-2.0
// The model that answered the turn before, unless another is so much better that it pays to leave. Scores are
//   stays:    quality + bias + prefix * prompt / (prompt + 4000)     what its cache of the prompt is worth
//   switches: quality - margin - handoff
// A session in the middle of a tool loop stays whatever it costs. After `idle` without a turn nobody has anything cached, and none is
// preferred.
#include "runtime/selectors/remembered.h"

namespace sbx {

namespace {

using namespace selectors;

constexpr double kPrior = 0.5, kHalfCached = 4000;

struct Terms {
  double quality = 0, stays = 0, switches = 0;
  bool locked = false;
};

Terms terms_of(const Contest& contest, const ConstantRecord& arguments, const Memory& memory, const Model& model) {
  Terms terms{.quality = expected_quality(memory, model, kPrior)};
  if (contest.request == nullptr || !contest.request->session.previous_model) return terms;
  const Session& session = contest.request->session;
  const double idle_us = static_cast<double>(session.idle_ms.value_or(0)) * 1000;
  const bool same = *session.previous_model == model.name;
  terms.locked = same && session.open_tool_loop;
  if (idle_us >= number(arguments, "idle", 300e6)) return terms;
  const auto prompt = static_cast<double>(contest.prompt_tokens);
  if (same) {
    terms.stays = number(arguments, "bias", 0.10) + number(arguments, "prefix", 0.20) * prompt / (prompt + kHalfCached);
  } else {
    terms.switches = number(arguments, "margin", 0.05) + number(arguments, "handoff", 0.05);
  }
  return terms;
}

class Stay final : public SelectorKind {
 public:
  std::string_view name() const override { return "stay"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory memory(contest, kQuality, arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      const Terms terms = terms_of(contest, arguments, memory, *contest.contenders[i]);
      scores[i] = terms.locked ? INT64_MAX : to_score(terms.quality + terms.stays - terms.switches);
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Terms terms = terms_of(contest, arguments, Memory(contest, kQuality, arguments), *contest.contenders[contender]);
    return {{"quality", to_score(terms.quality)},
            {"stays", to_score(terms.stays)},
            {"switches", to_score(terms.switches)},
            {"locked", terms.locked ? 1'000'000 : 0}};
  }
  std::vector<std::string_view> memories() const override { return {kQuality}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    learn_quality(lesson, arguments, updates);
  }
};

}  // namespace

const SelectorKind& stay_selector() {
  static const Stay kind;
  return kind;
}

}  // namespace sbx
