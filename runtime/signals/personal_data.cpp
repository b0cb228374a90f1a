// SPDX-License-Identifier: Apache-2.0
// safety.pii(at:, allowed:, of:): whether a tagger finds personal data that is not allowed; where, is in the reading.
#include <algorithm>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct PersonalData final : Extractor {
  QuestionId asked_of;
  int64_t at = 0;  // millionths
  std::vector<std::string> allowed;  // labels that do not count

  [[nodiscard]] std::span<const QuestionId> questions() const override { return {&asked_of, 1}; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(asked_of, observation);
    const auto* tagged = answer_in<models::Tagged>(asked);
    if (tagged == nullptr) return unanswered(asked);
    Reading reading = known(false);
    int64_t most = 0;
    for (size_t i = 0; i < tagged->spans.size(); ++i) {
      if (std::ranges::find(allowed, tagged->spans[i].label) != allowed.end()) continue;
      most = std::max(most, tagged->confidences[i]);
      if (tagged->confidences[i] >= at) reading.spans.push_back(tagged->spans[i]);
    }
    reading.value = !reading.spans.empty();
    reading.confidence = reading.spans.empty() ? 1'000'000 - most : most;
    return answered(std::move(reading), asked, tagged->truncated);
  }
};

}  // namespace

Bound bind_pii(const Binding& binding) {
  const int64_t at = millionths_argument(binding.info.arguments, "at").value_or(500'000);
  if (at < 0 || at > 1'000'000) return Error{"E0306", "`at` is a probability, 0 to 1"};
  const Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  if (binding.questions == nullptr) return unavailable(kNoModels);
  const Result<std::shared_ptr<const models::LearnedModel>> model = binding.questions->models()->find("pii");
  if (!model) return model.error();
  auto tagger = std::dynamic_pointer_cast<const models::Tagger>(*model);
  if (!tagger) return Error{"R0765", "the model `pii` is no tagger: it does not find spans"};
  auto extractor = std::make_unique<PersonalData>();
  extractor->allowed = list_argument(binding.info.arguments, "allowed");
  for (const std::string& label : extractor->allowed) {
    if (std::ranges::find(tagger->labels(), label) == tagger->labels().end()) return Error{"R0765", "the model `pii` finds no `" + label + "`"};
  }
  extractor->asked_of = binding.questions->add(std::move(tagger), *source);
  extractor->at = at;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
