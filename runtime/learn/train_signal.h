// SPDX-License-Identifier: Apache-2.0
// From labelled rows to a model file: what `train signal` does.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/learn/classification_metrics.h"
#include "runtime/learn/folds.h"
#include "runtime/learn/labelled_rows.h"
#include "runtime/learn/train_classifier.h"
#include "runtime/learn/train_tagger.h"

namespace sbx::learn {

/// Topic: one label a row, or none. Binary: one of two. Independent: any number of labels. Language: one label, which the spelling of
/// words tells, however few there are. Tagger: spans.
enum class SignalModel : uint8_t { Topic, Binary, Independent, Language, Tagger };
[[nodiscard]] std::string_view to_string(SignalModel kind);
/// What the rows look like: spans, lists of labels, or one label.
[[nodiscard]] SignalModel model_for(std::span<const LabelledRow> rows);

struct SignalTraining {
  SignalModel kind = SignalModel::Topic;
  uint32_t folds = 5;
  bool by_group = false;
  size_t always = 0;  // so many rows at the end are never held out
  uint64_t seed = 0;
  size_t most_features = 1 << 16;
};

/// The rows as a classifier's trainer takes them. R0797 for a row without the labels that the kind wants, R0798 where there is nothing to
/// learn.
[[nodiscard]] Result<ClassifierRows> classifier_rows(std::span<const LabelledRow> rows, SignalModel kind);
/// The same for a tagger: rows without spans have none.
[[nodiscard]] Result<TaggerRows> tagger_rows(std::span<const LabelledRow> rows);
/// By the label (several: the first), or by the group; the last `always` rows are never held out. R0798 where some fold would leave nothing
/// to learn from.
[[nodiscard]] Result<Folds> folds_for(std::span<const LabelledRow> rows, const SignalTraining& training);
/// What was found best on the whole over several sets of data (docs/performance.md, "Signals that are learned").
[[nodiscard]] ClassifierRecipe recipe_for(const SignalTraining& training);

/// What held-out rows were given, for the figures of `eval`: of exclusive labels the likeliest is chosen, of others those from one half.
[[nodiscard]] std::vector<ScoredRow> scored(const ClassifierRows& rows, std::span<const std::vector<int64_t>> held_out, bool exclusive);

}  // namespace sbx::learn
