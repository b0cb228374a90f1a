// SPDX-License-Identifier: Apache-2.0
// Training of linear-chain taggers from texts with spans.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/learn/folds.h"
#include "runtime/learn/train_classifier.h"
#include "runtime/models/linear_tagger.h"

namespace sbx::learn {

struct TaggerRows {
  std::vector<std::string> texts;
  std::vector<std::string> labels;           // all there are, sorted
  std::vector<std::vector<TextSpan>> spans;  // in order; what does not fall on tokens is taken to the tokens it touches
  std::vector<uint32_t> groups;              // rows of one source, which may share their wording; each its own if left out
};

struct TaggerRecipe {
  uint8_t bits = 20;
  uint32_t least_groups = 2;  // features of tokens in fewer groups are passed by: they are the wording of one source
  size_t most_features = 1 << 16;
  size_t epochs = 10;
  double rate = 0.5;      // of AdaGrad (Duchi, Hazan and Singer 2011)
  double left_out = 0.5;  // share of a token's features that a step does not see (Srivastava et al. 2014)
};

struct TrainedTagger {
  models::TaggerParameters parameters;
  std::vector<models::Tagged> held_out;  // by row, from what was learned from the other folds; none of rows that never are
};

/// The conditional random field that makes the rows likely, one step a text. One thread; the same arguments give the same bits.
[[nodiscard]] TrainedTagger train_tagger(const TaggerRows& rows, const Folds& folds, const TaggerRecipe& recipe, uint64_t seed,
                                         const Progress& progress = {});
[[nodiscard]] models::TaggerParameters fit_tagger(const TaggerRows& rows, std::span<const size_t> places, const TaggerRecipe& recipe,
                                                  uint64_t seed);

}  // namespace sbx::learn
