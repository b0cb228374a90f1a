// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/score_readings.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace sbx::learn {

namespace {

constexpr std::string_view kNone = "none";  // of labels: that no label fits

double share_of(int64_t raw, int places) { return static_cast<double>(raw) / std::pow(10.0, places); }

bool has_labels(const Type& type) { return type.kind == TypeKind::Label || type.kind == TypeKind::Set; }

std::vector<std::string> labels_of(const Type& type, std::span<const LabelledRow> rows) {
  if (!has_labels(type)) return {"false", "true"};
  if (!type.members.empty()) return type.members;
  std::set<std::string> labels;
  for (const LabelledRow& row : rows) labels.insert(row.labels.begin(), row.labels.end());
  return {labels.begin(), labels.end()};
}

std::optional<uint16_t> place_of(const std::vector<std::string>& labels, std::string_view label) {
  const auto found = std::ranges::find(labels, label);
  if (found == labels.end()) return std::nullopt;
  return static_cast<uint16_t>(found - labels.begin());
}

/// The labels of a row as the signal can say them: what it does not name is `none`. Nothing where it cannot say that either.
std::optional<LabelIds> truth_of(const LabelledRow& row, const std::vector<std::string>& labels) {
  LabelIds truth;
  for (const std::string& label : row.labels) {
    const auto place = place_of(labels, label), none = place_of(labels, kNone);
    if (!place && !none) return std::nullopt;
    truth.push_back(place ? *place : *none);
  }
  return truth;
}

/// How strongly a reading without labels says true: a probability where it is one.
double strength(const Type& type, const Reading& reading) {
  if (const bool* truth = std::get_if<bool>(&reading.value)) {
    const double sure = reading.confidence ? share_of(*reading.confidence, 6) : 1;
    return *truth ? sure : 1 - sure;
  }
  const auto* raw = std::get_if<int64_t>(&reading.value);
  return raw == nullptr ? 0 : share_of(*raw, decimal_places(type.kind));
}

void choose(const Reading& reading, const std::vector<std::string>& labels, ScoredRow& row) {
  std::vector<std::string> values;
  if (const auto* label = std::get_if<std::string>(&reading.value)) values = {*label};
  if (const auto* members = std::get_if<std::vector<std::string>>(&reading.value)) values = *members;
  for (const std::string& value : values) {
    const auto place = place_of(labels, value);
    if (!place) continue;
    row.chosen.push_back(*place);
    row.probabilities[*place] = reading.confidence ? share_of(*reading.confidence, 6) : 1;
  }
  if (reading.scores.empty()) return;
  const auto none = place_of(labels, kNone);
  if (none) row.probabilities[*none] = 0;
  for (const auto& [label, score] : reading.scores) {
    if (const auto place = place_of(labels, label))
      row.probabilities[*place] = share_of(score, 6);
    else if (none)
      row.probabilities[*none] += share_of(score, 6);
  }
}

}  // namespace

SignalScores score_readings(const Type& type, std::span<const LabelledRow> rows, std::span<const Reading> readings,
                            const std::string& positive) {
  SignalScores result{.labels = labels_of(type, rows), .exclusive = type.kind != TypeKind::Set};
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].labelling != Labelling::Labels) continue;
    const bool is_known = readings[i].state == ReadingState::Known;
    ScoredRow row{.truth = {}, .chosen = {}, .probabilities = std::vector<double>(result.labels.size())};
    if (has_labels(type)) {
      std::optional<LabelIds> truth = truth_of(rows[i], result.labels);
      if (!truth) {
        ++result.left_out;
        continue;
      }
      row.truth = std::move(*truth);
      if (is_known) choose(readings[i], result.labels, row);
    } else {
      const bool truth =
          std::ranges::any_of(rows[i].labels, [&](const std::string& label) { return label == "true" || label == positive; });
      const double score = is_known ? strength(type, readings[i]) : 0, probability = std::clamp(score, 0.0, 1.0);
      row = {.truth = {truth}, .chosen = {}, .probabilities = {1 - probability, probability}};
      if (is_known) row.chosen = {probability >= 0.5};
      result.scores.push_back(score);
      result.is_positive.push_back(truth);
    }
    result.rows.push_back(std::move(row));
    result.row_ids.push_back(i);
  }
  return result;
}

std::optional<Operating> operating_point(const SignalScores& scores, std::span<const uint32_t> folds, double target) {
  std::optional<Operating> all = at_false_positives(scores.scores, scores.is_positive, target);
  if (!all || folds.empty()) return all;
  double reached[2] = {}, of[2] = {};
  const uint32_t count = *std::ranges::max_element(folds) + 1;
  for (uint32_t fold = 0; fold < count; ++fold) {
    std::vector<double> others;
    std::vector<bool> is_positive;
    for (size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] == fold) continue;
      others.push_back(scores.scores[i]);
      is_positive.push_back(scores.is_positive[i]);
    }
    const std::optional<Operating> learned = at_false_positives(others, is_positive, target);
    const double threshold = learned ? learned->threshold : all->threshold;
    for (size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] != fold) continue;
      of[scores.is_positive[i]] += 1;
      reached[scores.is_positive[i]] += scores.scores[i] >= threshold;
    }
  }
  return Operating{.threshold = all->threshold, .recall = reached[1] / of[1], .false_positives = reached[0] / of[0]};
}

}  // namespace sbx::learn
