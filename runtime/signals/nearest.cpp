// SPDX-License-Identifier: Apache-2.0
// nearest(prototypes:, vectors:, temperature:, floor:, margin:, encoder:, of:, by:, k:): the label whose examples the text is most similar to.
#include <algorithm>
#include <cmath>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Nearest final : Extractor {
  struct Label {
    std::string name;
    Compared with;
    double floor = 0;
  };
  QuestionId asked_of;
  std::vector<Label> labels;
  double margin = 0;
  double temperature = 0.1;

  [[nodiscard]] std::optional<QuestionId> question() const override { return asked_of; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(asked_of, observation);
    const auto* vector = answer_in<models::TextVector>(asked);
    if (vector == nullptr) return unanswered(asked);
    std::vector<double> cosines;
    for (const Label& label : labels) cosines.push_back(similarity(asked, label.with));
    const auto best = static_cast<size_t>(std::ranges::max_element(cosines) - cosines.begin());
    double next = -2;
    for (size_t i = 0; i < cosines.size(); ++i) {
      if (i != best) next = std::max(next, cosines[i]);
    }
    const bool is_near = cosines[best] >= labels[best].floor && cosines[best] > next && cosines[best] - next >= margin;
    Reading reading = known(is_near ? labels[best].name : std::string("none"));
    add_scores(cosines, best, reading);
    return answered(std::move(reading), asked, vector->truncated);
  }

 private:
  // A softmax over all labels, whoever won.
  void add_scores(const std::vector<double>& cosines, size_t best, Reading& reading) const {
    double sum = 0;
    for (const double cosine : cosines) sum += std::exp((cosine - cosines[best]) / temperature);
    for (size_t i = 0; i < cosines.size(); ++i)
      reading.scores.emplace_back(labels[i].name, to_millionths(std::exp((cosines[i] - cosines[best]) / temperature) / sum));
    reading.confidence = reading.scores[best].second;
  }
};

const ConstantRecord* record_argument(const ConstantRecord& arguments, std::string_view name) {
  const Constant* value = argument(arguments, name);
  const auto* record = value == nullptr ? nullptr : std::get_if<ConstantRecord>(&value->value);
  return record == nullptr || record->empty() ? nullptr : record;
}

/// `floor: 0.5`, or `floor: { legal: 0.8, else: 0.6 }`.
double floor_of(const ConstantRecord& arguments, const std::string& label) {
  std::optional<int64_t> floor = millionths_argument(arguments, "floor");
  if (const ConstantRecord* each = record_argument(arguments, "floor")) {
    floor = millionths_argument(*each, label);
    if (!floor) floor = millionths_argument(*each, "else");
  }
  return static_cast<double>(floor.value_or(0)) / 1e6;
}

Result<Compared> compare_with_label(const Binding& binding, const NamedConstant& label) {
  if (const auto* file = std::get_if<std::string>(&label.second.value)) return compare_with_file(binding, *file);
  std::vector<std::string> examples;
  if (const auto* list = std::get_if<ConstantList>(&label.second.value)) {
    for (const Constant& one : *list) {
      if (const auto* text = std::get_if<std::string>(&one.value)) examples.push_back(*text);
    }
  }
  if (examples.empty()) return Error{"E0306", "the label `" + label.first + "` has no examples"};
  return compare_with(binding, examples);
}

}  // namespace

Bound bind_nearest(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  const int64_t margin = millionths_argument(arguments, "margin").value_or(0);
  const int64_t temperature = millionths_argument(arguments, "temperature").value_or(100'000);
  if (margin < 0) return Error{"E0306", "`margin` is how much the nearest label must lead: 0 or more"};
  if (temperature <= 0) return Error{"E0306", "`temperature` is more than 0"};
  if (std::optional<Error> wrong = check_comparison(arguments)) return *wrong;
  if (binding.questions == nullptr) return unavailable(kNoModels);
  auto extractor = std::make_unique<Nearest>();
  extractor->margin = static_cast<double>(margin) / 1e6;
  extractor->temperature = static_cast<double>(temperature) / 1e6;
  const ConstantRecord* files = record_argument(arguments, "vectors");
  const ConstantRecord* labels = files == nullptr ? record_argument(arguments, "prototypes") : files;
  if (labels == nullptr) return Error{"E0306", "`nearest` needs examples or vectors"};
  for (const NamedConstant& label : *labels) {
    Result<Compared> with = compare_with_label(binding, label);
    if (!with) return with.error();
    if (!extractor->labels.empty() && extractor->asked_of != with->question) return Error{"R0767", "the vectors of the labels are of different encoders"};
    extractor->asked_of = with->question;
    extractor->labels.push_back({label.first, *with, floor_of(arguments, label.first)});
  }
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
