// SPDX-License-Identifier: Apache-2.0
// How good the labels are that a classifier, or any signal, gives to rows: the figures of `eval signal`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/learn/bootstrap.h"
#include "runtime/learn/one_vs_rest.h"

namespace sbx::learn {

/// A row with what it is and what it was taken for. `probabilities` by label, from 0 to 1; `chosen`: the labels that were given.
struct ScoredRow {
  LabelIds truth;  // none: out of scope
  LabelIds chosen;
  std::vector<double> probabilities;
};

struct LabelFigures {
  double precision = 0, recall = 0, f1 = 0;  // 0 where nothing is there to divide by
  size_t support = 0;
};

/// Rows out of scope count for `oos_auroc` alone. What cannot be said, as of rows without one, is nothing.
struct ClassificationFigures {
  size_t rows = 0, in_scope = 0, out_of_scope = 0;
  std::optional<double> accuracy;  // the labels chosen are the labels of the row
  std::optional<double> macro_f1, micro_f1;
  std::optional<double> auroc;      // mean over labels of one against the others (Hand and Till 2001, without pairs)
  std::optional<double> oos_auroc;  // of 1 - the largest probability
  std::optional<double> ece;        // of the largest probability, in 15 bins of equal width (Guo et al. 2017)
  std::optional<double> brier;      // mean over rows of the sum over labels of squared errors (Brier 1950)
  std::vector<LabelFigures> per_label;
  std::vector<std::vector<size_t>> confusion;  // [label of the row][label chosen], of rows with one of each; empty of independent labels
  std::vector<size_t> without;                 // beside it: rows of that label which were given none
  std::optional<Interval> accuracy_interval;   // 95 %
};
[[nodiscard]] ClassificationFigures classification_figures(std::span<const ScoredRow> rows, size_t labels, bool exclusive,
                                                           uint64_t seed = 0);

/// The chance that a positive scores higher than a negative, ties counting half (Mann and Whitney 1947); nothing without both.
[[nodiscard]] std::optional<double> auroc(std::span<const double> scores, const std::vector<bool>& is_positive);

/// The lowest threshold, among the scores, at which at most `target` of the negatives reach it, and what of both does then.
struct Operating {
  double threshold = 0, recall = 0, false_positives = 0;
};
[[nodiscard]] std::optional<Operating> at_false_positives(std::span<const double> scores, const std::vector<bool>& is_positive,
                                                          double target);

}  // namespace sbx::learn
