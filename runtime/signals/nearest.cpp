// SPDX-License-Identifier: Apache-2.0
// nearest(prototypes:, vectors:, temperature:, floor:, margin:, encoder:, of:, by:, k:, kb:, among:): the label whose examples the text is
// most similar to.
#include <algorithm>
#include <cmath>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/knowledge_base.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Nearest final : Extractor {
  struct Label {
    std::string name;
    std::vector<Compared> with;
    double floor = 0;
  };
  QuestionId asked_of;
  std::vector<Label> labels;
  std::vector<std::string> members;  // those that may be read; of a knowledge base, those that the policy names
  double margin = 0;
  double temperature = 0.1;

  [[nodiscard]] std::span<const QuestionId> questions() const override { return {&asked_of, 1}; }
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
    const bool is_named = std::ranges::find(members, labels[best].name) != members.end();
    Reading reading = known(is_near && is_named ? labels[best].name : std::string("none"));
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

/// The labels of the knowledge base, or its groups.
Result<std::vector<Nearest::Label>> labels_of_base(const Binding& binding) {
  const Result<KnowledgeBase> base = read_knowledge_base(binding.info);
  if (!base) return base.error();
  const bool among_groups = text_argument(binding.info.arguments, "among") == "groups";
  std::vector<Nearest::Label> labels;
  for (const KnowledgeBase::Named& one : among_groups ? base->groups : base->labels) {
    Result<std::vector<Compared>> with = compare_with(binding, *base, one.first);
    if (!with) return with.error();
    labels.push_back({one.first, std::move(*with), floor_of(binding.info.arguments, one.first)});
  }
  if (labels.empty()) return Error{"R0765", "the knowledge base `" + base->file + "` has no groups"};
  for (const std::string& member : binding.info.type.members) {
    if (is_fallback(binding.info, member) || std::ranges::find(labels, member, &Nearest::Label::name) != labels.end()) continue;
    return base->labels_of(member) ? Error{"R0765", "`" + member + "` is not among the " + (among_groups ? "groups" : "labels") + " of the knowledge base"}
                                   : base->labels_of(member).error();
  }
  return labels;
}

Result<std::vector<Nearest::Label>> labels_of_examples(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  const ConstantRecord* files = record_argument(arguments, "vectors");
  const ConstantRecord* given = files == nullptr ? record_argument(arguments, "prototypes") : files;
  if (given == nullptr) return Error{"E0306", "`nearest` needs examples or vectors"};
  std::vector<Nearest::Label> labels;
  for (const NamedConstant& label : *given) {
    const Result<Compared> with = compare_with_label(binding, label);
    if (!with) return with.error();
    labels.push_back({label.first, {*with}, floor_of(arguments, label.first)});
  }
  return labels;
}

}  // namespace

Bound bind_nearest(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  const int64_t margin = millionths_argument(arguments, "margin").value_or(0);
  const int64_t temperature = millionths_argument(arguments, "temperature").value_or(100'000);
  if (margin < 0) return Error{"E0306", "`margin` is how much the nearest label must lead: 0 or more"};
  if (temperature <= 0) return Error{"E0306", "`temperature` is more than 0"};
  if (std::optional<Error> wrong = check_comparison(arguments)) return *wrong;
  if (const std::string among = text_argument(arguments, "among"); !among.empty() && among != "labels" && among != "groups")
    return Error{"E0306", "`among` is `labels` or `groups`, those of a knowledge base"};
  if (binding.questions == nullptr) return unavailable(kNoModels);
  auto extractor = std::make_unique<Nearest>();
  extractor->margin = static_cast<double>(margin) / 1e6;
  extractor->temperature = static_cast<double>(temperature) / 1e6;
  Result<std::vector<Nearest::Label>> labels = has_knowledge_base(binding.info) ? labels_of_base(binding) : labels_of_examples(binding);
  if (!labels) return labels.error();
  extractor->asked_of = labels->front().with.front().question;
  for (const Nearest::Label& label : *labels) {
    if (label.with.front().question != extractor->asked_of) return Error{"R0767", "the vectors of the labels are of different encoders"};
  }
  extractor->labels = std::move(*labels);
  extractor->members = binding.info.type.members;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
