// SPDX-License-Identifier: Apache-2.0
// classifier(model, label:, labels:, margin:, of:), trained(file:, of:), and the two of std.safety that are classifiers: what a model says of the text.
#include <algorithm>

#include "runtime/signals/arguments.h"
#include "runtime/signals/classified.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

using models::Classifier;

struct Labels {
  QuestionId asked;
  std::shared_ptr<const Classifier> model;
};

struct LabelProbability final : Extractor {
  QuestionId asked_of;
  LabelPlace place;

  [[nodiscard]] std::span<const QuestionId> questions() const override { return {&asked_of, 1}; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(asked_of, observation);
    const auto* classified = answer_in<models::Classified>(asked);
    if (classified == nullptr) return unanswered(asked);
    return answered(known(place.probability(*classified)), asked, classified->truncated);
  }
};

/// The label that won, `none` where it leads by less than the margin or the policy does not name it.
struct WinningLabel final : Extractor {
  Labels of;
  std::vector<std::string> members;
  int64_t margin = 0;  // millionths

  [[nodiscard]] std::span<const QuestionId> questions() const override { return {&of.asked, 1}; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(of.asked, observation);
    const auto* classified = answer_in<models::Classified>(asked);
    if (classified == nullptr) return unanswered(asked);
    const std::vector<int64_t>& probabilities = classified->probabilities;
    const auto best = static_cast<size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
    int64_t next = 0;
    for (size_t i = 0; i < probabilities.size(); ++i) {
      if (i != best) next = std::max(next, probabilities[i]);
    }
    const std::string& label = of.model->labels()[best];
    const bool is_sure = probabilities[best] - next >= margin && std::ranges::find(members, label) != members.end();
    Reading reading = known(is_sure ? label : std::string("none"));
    reading.confidence = probabilities[best];
    for (size_t i = 0; i < probabilities.size(); ++i) reading.scores.emplace_back(of.model->labels()[i], probabilities[i]);
    return answered(std::move(reading), asked, classified->truncated);
  }
};

Result<Labels> labels_of(const Binding& binding, const std::string& name, const Result<std::shared_ptr<const models::LearnedModel>>& model) {
  const auto classifier = as_classifier(name, model);
  if (!classifier) return classifier.error();
  const Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  return Labels{binding.questions->add(*classifier, *source), *classifier};
}

Result<int64_t> margin_of(const Binding& binding) {
  const int64_t margin = millionths_argument(binding.info.arguments, "margin").value_or(0);
  if (margin < 0 || margin > 1'000'000) return Error{"E0306", "`margin` is how much the winning label must lead, 0 to 1"};
  return margin;
}

Bound bind_labels(const Binding& binding, const std::string& name, Labels of, int64_t margin) {
  for (const std::string& label : binding.info.type.members) {
    if (is_fallback(binding.info, label)) continue;
    if (const Result<LabelPlace> place = place_of(name, *of.model, label); !place) return place.error();
  }
  auto extractor = std::make_unique<WinningLabel>();
  extractor->of = std::move(of);
  extractor->members = binding.info.type.members;
  extractor->margin = margin;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

Bound bind_label(const Labels& of, const Result<LabelPlace>& place) {
  if (!place) return place.error();
  auto extractor = std::make_unique<LabelProbability>();
  extractor->asked_of = of.asked;
  extractor->place = *place;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

/// That a text is an attack of this kind; where the model does not tell them apart, anything but what it calls harmless.
Bound bind_attack(const Binding& binding, const std::string& name, const std::string& attack) {
  if (const Result<Source> source = source_argument(binding.info.arguments, "of"); !source) return source.error();
  if (binding.questions == nullptr) return unavailable(kNoModels);
  const Result<Labels> of = labels_of(binding, name, binding.questions->models()->find(name));
  if (!of) return of.error();
  return bind_label(*of, has_label(*of->model, attack) ? place_of(name, *of->model, attack) : place_of_others(name, *of->model, "benign"));
}

}  // namespace

Bound bind_classifier(const Binding& binding) {
  const Result<int64_t> margin = margin_of(binding);
  if (!margin) return margin.error();
  if (const Result<Source> source = source_argument(binding.info.arguments, "of"); !source) return source.error();
  if (binding.questions == nullptr) return unavailable(kNoModels);
  const std::string name = text_argument(binding.info.arguments, "model");
  Result<Labels> of = labels_of(binding, name, binding.questions->models()->find(name));
  if (!of) return of.error();
  const std::string label = text_argument(binding.info.arguments, "label");
  return label.empty() ? bind_labels(binding, name, std::move(*of), *margin) : bind_label(*of, place_of(name, *of->model, label));
}

Bound bind_trained(const Binding& binding) {
  if (const Result<Source> source = source_argument(binding.info.arguments, "of"); !source) return source.error();
  if (binding.questions == nullptr) return unavailable(kNoModels);
  const std::string name = text_argument(binding.info.arguments, "file");
  Result<Labels> of = labels_of(binding, name, binding.questions->models()->open_file(path_argument(binding.info, "file")));
  if (!of) return of.error();
  return bind_labels(binding, name, std::move(*of), 0);
}

Bound bind_injection(const Binding& binding) { return bind_attack(binding, "injection", "injection"); }
Bound bind_jailbreak(const Binding& binding) { return bind_attack(binding, "injection", "jailbreak"); }

}  // namespace sbx::signals
