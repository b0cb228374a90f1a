// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/classified.h"

#include <algorithm>

namespace sbx::signals {

using models::Classifier;

int64_t LabelPlace::probability(const models::Classified& classified) const {
  const int64_t probability = classified.probabilities[label];
  return other_than ? 1'000'000 - probability : probability;
}

Result<std::shared_ptr<const Classifier>> as_classifier(const std::string& name, const Result<std::shared_ptr<const models::LearnedModel>>& model) {
  if (!model) return model.error();
  auto classifier = std::dynamic_pointer_cast<const Classifier>(*model);
  if (!classifier) return Error{"R0765", "the model `" + name + "` is no classifier"};
  return classifier;
}

bool has_label(const Classifier& classifier, std::string_view label) {
  return std::ranges::find(classifier.labels(), label) != classifier.labels().end();
}

Result<LabelPlace> place_of(const std::string& name, const Classifier& classifier, const std::string& label) {
  const auto found = std::ranges::find(classifier.labels(), label);
  if (found != classifier.labels().end()) return LabelPlace{static_cast<size_t>(found - classifier.labels().begin())};
  std::string all;
  for (const std::string& one : classifier.labels()) all += (all.empty() ? "`" : ", `") + one + "`";
  return Error{"R0765", "the model `" + name + "` has no label `" + label + "`; it has " + all};
}

Result<LabelPlace> place_of_others(const std::string& name, const Classifier& classifier, const std::string& label) {
  Result<LabelPlace> place = place_of(name, classifier, label);
  if (place) place->other_than = true;
  return place;
}

}  // namespace sbx::signals
