// SPDX-License-Identifier: Apache-2.0
// safety.risk(by:, alpha:, turns:, model:, label:): how dangerous the user's messages have been so far. The average is exponential smoothing
// (Brown 1959); peak and accumulated risk are those of the Workload-Router-Pool paper (2603.21354, opportunity 3).
#include <algorithm>
#include <cmath>

#include "runtime/signals/arguments.h"
#include "runtime/signals/classified.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

constexpr int kMostTurns = 64;

struct Risk final : Extractor {
  std::vector<QuestionId> turns;  // about the user's last message, the one before it, and so on
  LabelPlace place;
  bool is_peak = false;
  double alpha = 0.3;

  [[nodiscard]] std::span<const QuestionId> questions() const override { return turns; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    size_t said = 1;
    while (said < turns.size() && earlier_text(observation.request, said)) ++said;
    double risk = 0;
    int64_t micros = 0;
    bool truncated = false;
    for (size_t back = said; back-- > 0;) {
      const Asked& asked = observation.signals.asked(turns[back], observation);
      const auto* classified = answer_in<models::Classified>(asked);
      if (classified == nullptr) return unanswered(asked);
      const double now = static_cast<double>(place.probability(*classified));
      const bool is_first = back + 1 == said;
      risk = is_first ? now : is_peak ? std::max(risk, now) : alpha * now + (1 - alpha) * risk;
      micros += asked.micros;
      truncated |= classified->truncated;
    }
    Reading reading = answered(known(static_cast<int64_t>(std::llround(risk))), observation.signals.asked(turns.front(), observation), truncated);
    reading.micros = micros;
    return reading;
  }
};

Result<LabelPlace> place_of_risk(const std::string& name, const models::Classifier& classifier, const std::string& label) {
  if (!label.empty()) return place_of(name, classifier, label);
  return has_label(classifier, "benign") ? place_of_others(name, classifier, "benign") : place_of(name, classifier, "injection");
}

}  // namespace

Bound bind_risk(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  const std::string by = text_argument(arguments, "by");
  if (by != "ema" && by != "peak") return Error{"E0306", "`by` says how risk adds up over messages: `ema` or `peak`"};
  const int64_t alpha = millionths_argument(arguments, "alpha").value_or(300'000);
  if (alpha <= 0 || alpha > 1'000'000) return Error{"E0306", "`alpha` is how much the last message counts, more than 0 and at most 1"};
  const Result<int> turns = count_argument(arguments, "turns", 16, kMostTurns);
  if (!turns) return turns.error();
  if (*turns == 0) return Error{"E0306", "`turns` is how many of the user's messages count, 1 or more"};
  if (binding.questions == nullptr) return unavailable(kNoModels);
  const std::string name = text_argument(arguments, "model");
  const auto classifier = as_classifier(name, binding.questions->models()->find(name));
  if (!classifier) return classifier.error();
  const Result<LabelPlace> place = place_of_risk(name, **classifier, text_argument(arguments, "label"));
  if (!place) return place.error();
  auto extractor = std::make_unique<Risk>();
  extractor->place = *place;
  extractor->is_peak = by == "peak";
  extractor->alpha = static_cast<double>(alpha) / 1e6;
  for (int back = 0; back < *turns; ++back)
    extractor->turns.push_back(binding.questions->add(*classifier, Source::LastUser, static_cast<size_t>(back)));
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
