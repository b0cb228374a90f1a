// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/train_signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace sbx::learn {

namespace {

constexpr double kMillion = 1e6;

Error nothing_to_learn(std::string why) { return {"R0798", std::move(why)}; }

std::optional<Error> fault_of(const LabelledRow& row, SignalModel kind) {
  if (row.labelling != Labelling::Labels) return Error{"R0797", fmt::format("the row `{}` has no `label` to learn from", row.id)};
  if (kind != SignalModel::Independent && row.labels.size() > 1)
    return Error{"R0797", fmt::format("the row `{}` has several labels, which `--kind independent` learns", row.id)};
  return std::nullopt;
}

}  // namespace

std::string_view to_string(SignalModel kind) {
  switch (kind) {
    case SignalModel::Topic:
      return "topic";
    case SignalModel::Binary:
      return "binary";
    case SignalModel::Independent:
      return "independent";
    case SignalModel::Language:
      return "language";
    case SignalModel::Tagger:
      return "tagger";
  }
  return {};
}

SignalModel model_for(std::span<const LabelledRow> rows) {
  if (std::ranges::any_of(rows, [](const LabelledRow& row) { return row.labelling == Labelling::Spans; })) return SignalModel::Tagger;
  if (std::ranges::any_of(rows, &LabelledRow::has_list)) return SignalModel::Independent;
  return SignalModel::Topic;
}

Result<ClassifierRows> classifier_rows(std::span<const LabelledRow> rows, SignalModel kind) {
  std::map<std::string, uint16_t> ids;
  for (const LabelledRow& row : rows) {
    if (const auto fault = fault_of(row, kind)) return *fault;
    for (const std::string& label : row.labels) ids.emplace(label, 0);
  }
  const size_t least = kind == SignalModel::Independent ? 1 : 2;
  if (ids.size() < least)
    return nothing_to_learn(
        fmt::format("the rows have {} {}, where {} are needed", ids.size(), ids.size() == 1 ? "label" : "labels", least));
  if (kind == SignalModel::Binary && ids.size() > 2)
    return nothing_to_learn(fmt::format("the rows have {} labels, where `--kind binary` has two", ids.size()));
  if (ids.size() > 4096) return nothing_to_learn(fmt::format("the rows have {} labels; a model has at most 4096", ids.size()));
  ClassifierRows result;
  for (auto& [label, id] : ids) {
    if (label.size() > 256) return nothing_to_learn("a label is longer than 256 bytes");
    id = static_cast<uint16_t>(result.labels.size());
    result.labels.push_back(label);
  }
  for (const LabelledRow& row : rows) {
    result.texts.push_back(row.text);
    LabelIds& labels = result.row_labels.emplace_back();
    for (const std::string& label : row.labels) labels.push_back(ids.at(label));
  }
  return result;
}

Result<TaggerRows> tagger_rows(std::span<const LabelledRow> rows) {
  TaggerRows result;
  std::set<std::string> labels;
  std::map<std::string, uint32_t> groups;
  for (const LabelledRow& row : rows) {
    if (row.labelling != Labelling::Spans) return Error{"R0797", fmt::format("the row `{}` has no `spans` to learn from", row.id)};
    result.texts.push_back(row.text);
    result.spans.push_back(row.spans);
    const std::string& group = row.group.empty() ? "row " + row.id : row.group;
    result.groups.push_back(groups.emplace(group, static_cast<uint32_t>(groups.size())).first->second);
    for (const TextSpan& span : row.spans) labels.insert(span.label);
  }
  if (labels.empty()) return nothing_to_learn("no row has a span");
  if (labels.size() > 128) return nothing_to_learn(fmt::format("the spans have {} labels; a tagger has at most 128", labels.size()));
  result.labels.assign(labels.begin(), labels.end());
  if (std::ranges::any_of(result.labels, [](const std::string& label) { return label.size() > 256; }))
    return nothing_to_learn("a label is longer than 256 bytes");
  return result;
}

Result<Folds> folds_for(std::span<const LabelledRow> all, const SignalTraining& training) {
  const std::span<const LabelledRow> rows = all.first(all.size() - training.always);
  std::map<std::string, uint32_t> strata;
  std::vector<uint32_t> of_rows;
  std::vector<std::string> groups;
  for (const LabelledRow& row : rows) {
    const std::string& first = row.labels.empty() ? std::string() : row.labels.front();
    of_rows.push_back(strata.emplace(first, static_cast<uint32_t>(strata.size())).first->second);
    groups.push_back(row.group);
  }
  if (training.folds < 2 || rows.size() < 2 * size_t{training.folds})
    return nothing_to_learn(fmt::format("{} rows are too few for {} folds", rows.size(), training.folds));
  Folds folds = training.by_group ? group_folds(groups, training.folds) : stratified_folds(of_rows, training.folds, training.seed);
  if (std::set(folds.begin(), folds.end()).size() < 2) return nothing_to_learn("all rows are of one group, so none can be held out");
  folds.resize(all.size(), kNeverHeldOut);
  return folds;
}

ClassifierRecipe recipe_for(const SignalTraining& training) {
  using models::View;
  if (training.kind == SignalModel::Language)
    return {.features = {.views = {{View::WithinWords, 1, 5, 16}, {View::Words, 1, 1, 10}}},
            .most_features = training.most_features,
            .pieces = true};
  if (training.kind == SignalModel::Binary)  // marks tell as much as words, and few rows are on the wrong side for long
    return {.features = {.views = {{View::Words, 1, 2, 16}, {View::Characters, 2, 4, 16}, {View::Shape, 1, 1, 4}}},
            .least_documents = 1,
            .most_features = training.most_features,
            .cost = 3};
  return {.features = {.views = {{View::Words, 1, 2, 10}, {View::Gaps, 1, 2, 10}, {View::WithinWords, 2, 5, 16}, {View::Shape, 1, 1, 4}}},
          .least_documents = 1,
          .most_features = training.most_features,
          .exclusive = training.kind != SignalModel::Independent};
}

std::vector<ScoredRow> scored(const ClassifierRows& rows, std::span<const std::vector<int64_t>> held_out, bool exclusive) {
  std::vector<ScoredRow> result;
  for (size_t row = 0; row < held_out.size(); ++row) {
    ScoredRow& of = result.emplace_back();
    of.truth = rows.row_labels[row];
    for (const int64_t probability : held_out[row]) of.probabilities.push_back(static_cast<double>(probability) / kMillion);
    const auto best = static_cast<size_t>(std::ranges::max_element(of.probabilities) - of.probabilities.begin());
    for (size_t label = 0; label < of.probabilities.size(); ++label) {
      if (exclusive ? label == best : of.probabilities[label] >= 0.5) of.chosen.push_back(static_cast<uint16_t>(label));
    }
  }
  return result;
}

}  // namespace sbx::learn
