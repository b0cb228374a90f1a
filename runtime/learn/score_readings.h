// SPDX-License-Identifier: Apache-2.0
// What a signal read from labelled rows, as rows that figures are made of, whatever the type of the signal.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/learn/classification_metrics.h"
#include "runtime/learn/labelled_rows.h"
#include "runtime/program/reading.h"
#include "runtime/program/types.h"

namespace sbx::learn {

/// `labels` are the signal's; what a row has beside them is its `none`. Of a signal that is true or false, or a number, they are `false`
/// and `true`; `scores` then says how strongly each row was taken for true.
struct SignalScores {
  std::vector<std::string> labels;
  bool exclusive = true;
  std::vector<ScoredRow> rows;    // the labelled ones
  size_t left_out = 0;            // labelled rows whose label the signal cannot say, not even by `none`
  std::vector<size_t> row_ids;    // where each of them is among all rows
  std::vector<double> scores;     // beside `rows`; empty of labels and sets
  std::vector<bool> is_positive;  // the same
};

/// `readings` beside `rows`. `positive`: the label of rows for which a signal without labels should be true, beside `true`. What was not
/// read has no label and no score. Labels and sets are taken with their scores where the signal gives some, else for certain.
[[nodiscard]] SignalScores score_readings(const Type& type, std::span<const LabelledRow> rows, std::span<const Reading> readings,
                                          const std::string& positive);

/// The lowest threshold that lets through at most `target` of the negatives, each fold judged by the threshold of the others; without
/// folds by its own.
[[nodiscard]] std::optional<Operating> operating_point(const SignalScores& scores, std::span<const uint32_t> folds, double target);

}  // namespace sbx::learn
