// SPDX-License-Identifier: Apache-2.0
// classifier(model, label:, labels:, margin:, of:), trained(file:, of:), and the two of std.safety that are classifiers: what a model says of the text.
#include <algorithm>

#include "runtime/signals/arguments.h"
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

/// The probability of one label, or of all but one.
struct LabelProbability final : Extractor {
  Labels of;
  size_t label = 0;
  bool other_than = false;

  [[nodiscard]] std::optional<QuestionId> question() const override { return of.asked; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(of.asked, observation);
    const auto* classified = answer_in<models::Classified>(asked);
    if (classified == nullptr) return unanswered(asked);
    const int64_t probability = classified->probabilities[label];
    return answered(known(other_than ? 1'000'000 - probability : probability), asked, classified->truncated);
  }
};

/// The label that won, `none` where it leads by less than the margin or the policy does not name it.
struct WinningLabel final : Extractor {
  Labels of;
  std::vector<std::string> members;
  int64_t margin = 0;  // millionths

  [[nodiscard]] std::optional<QuestionId> question() const override { return of.asked; }
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

std::optional<size_t> place_of(const Classifier& model, std::string_view label) {
  const auto found = std::ranges::find(model.labels(), label);
  if (found == model.labels().end()) return std::nullopt;
  return static_cast<size_t>(found - model.labels().begin());
}

Error no_label(const std::string& model, const std::string& label, const Classifier& classifier) {
  std::string all;
  for (const std::string& one : classifier.labels()) all += (all.empty() ? "`" : ", `") + one + "`";
  return {"R0765", "the model `" + model + "` has no label `" + label + "`; it has " + all};
}

Result<Labels> labels_of(const Binding& binding, const std::string& name, const Result<std::shared_ptr<const models::LearnedModel>>& model) {
  if (!model) return model.error();
  const Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  auto classifier = std::dynamic_pointer_cast<const Classifier>(*model);
  if (!classifier) return Error{"R0765", "the model `" + name + "` is no classifier"};
  return Labels{binding.questions->add(classifier, *source), classifier};
}

Result<int64_t> margin_of(const Binding& binding) {
  const int64_t margin = millionths_argument(binding.info.arguments, "margin").value_or(0);
  if (margin < 0 || margin > 1'000'000) return Error{"E0306", "`margin` is how much the winning label must lead, 0 to 1"};
  return margin;
}

Bound bind_labels(const Binding& binding, const std::string& name, Labels of, int64_t margin) {
  for (const std::string& label : binding.info.type.members) {
    if (!is_fallback(binding.info, label) && !place_of(*of.model, label)) return no_label(name, label, *of.model);
  }
  auto extractor = std::make_unique<WinningLabel>();
  extractor->of = std::move(of);
  extractor->members = binding.info.type.members;
  extractor->margin = margin;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

Bound bind_label(const std::string& name, Labels of, const std::string& label) {
  const std::optional<size_t> place = place_of(*of.model, label);
  if (!place) return no_label(name, label, *of.model);
  auto extractor = std::make_unique<LabelProbability>();
  extractor->of = std::move(of);
  extractor->label = *place;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

/// That a text is anything but what the model calls harmless.
Bound bind_attack(const Binding& binding, const std::string& name, const std::string& attack) {
  if (const Result<Source> source = source_argument(binding.info.arguments, "of"); !source) return source.error();
  if (binding.questions == nullptr) return unavailable(kNoModels);
  Result<Labels> of = labels_of(binding, name, binding.questions->models()->find(name));
  if (!of) return of.error();
  if (place_of(*of->model, attack)) return bind_label(name, std::move(*of), attack);
  Bound bound = bind_label(name, std::move(*of), "benign");
  if (bound) static_cast<LabelProbability&>(**bound).other_than = true;
  return bound;
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
  return label.empty() ? bind_labels(binding, name, std::move(*of), *margin) : bind_label(name, std::move(*of), label);
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
