// SPDX-License-Identifier: Apache-2.0
// Training of linear classifiers: n-grams chosen, weights learned, rounded, and made probabilities by rows that were held out.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/learn/folds.h"
#include "runtime/learn/one_vs_rest.h"
#include "runtime/models/linear_model.h"

namespace sbx::learn {

/// What is learned from, row by row.
struct ClassifierRows {
  std::vector<std::string> texts;
  std::vector<std::string> labels;   // all there are, sorted
  std::vector<LabelIds> row_labels;  // places in `labels`
};

struct ClassifierRecipe {
  models::FeatureSpec features;
  uint32_t least_documents = 2;    // n-grams of fewer rows are passed by
  size_t most_features = 1 << 17;  // of all others those with the largest weights are kept, and learned again
  double cost = 1;
  bool balanced = false;  // each label counts alike, whatever its number of rows
  bool exclusive = true;
  bool pieces = false;  // learned from words and pairs of words, too (with_pieces)
};

struct TrainedClassifier {
  models::LinearParameters parameters;
  /// What the rows of each fold are given by what was learned from the other folds, in millionths by label; nothing for rows that are never
  /// held out, which come last. The slopes from margins to
  /// probabilities, one for all labels or two for each, are fitted to these rows themselves.
  std::vector<std::vector<int64_t>> held_out;
};

/// Says how far it is: steps done, of all.
using Progress = std::function<void(size_t, size_t)>;

/// One thread; the same arguments give the same bits. Rows need two labels at least, and folds that leave each of them rows.
[[nodiscard]] TrainedClassifier train_classifier(const ClassifierRows& rows, const Folds& folds, const ClassifierRecipe& recipe,
                                                 uint64_t seed, const Progress& progress = {});

/// Only the weights, of the rows at `places`, with scales that give margins instead of logits.
[[nodiscard]] models::LinearParameters fit_classifier(const ClassifierRows& rows, std::span<const size_t> places,
                                                      const ClassifierRecipe& recipe, uint64_t seed);

}  // namespace sbx::learn
