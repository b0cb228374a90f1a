// SPDX-License-Identifier: Apache-2.0
// From the raw numbers of a model to what is said of a text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/models/model.h"
#include "runtime/models/tokenizer.h"

namespace sbx::models {

/// Probabilities of labels that exclude each other: exp(x) of each over the sum of all.
[[nodiscard]] std::vector<double> softmax(std::span<const float> logits);
/// Probabilities of labels that do not: 1 / (1 + exp(-x)).
[[nodiscard]] std::vector<double> sigmoid(std::span<const float> logits);

/// In millionths; of `exclusive` ones the sum is a million, and what rounding leaves goes to those that lost most by it.
[[nodiscard]] std::vector<int64_t> millionths(std::span<const double> probabilities, bool exclusive);

/// The labels of a tagger by number, and what they say: `B-CITY` begins a span `CITY`, `I-` and `M-` go on with it, `E-` and `L-` end it,
/// `S-` and `U-` are one by themselves, `O` is none, and any other name goes on with a span of its own kind.
class TagNames {
 public:
  explicit TagNames(std::span<const std::string> labels);
  /// What spans can be, each once, in the order of the labels.
  [[nodiscard]] const std::vector<std::string>& kinds() const { return kinds_; }

  struct Tag {
    static constexpr size_t kOutside = SIZE_MAX;
    size_t kind = kOutside;  // of `kinds`
    bool begins = false, ends = false;
  };
  [[nodiscard]] const Tag& operator[](size_t label) const { return tags_[label]; }

 private:
  std::vector<std::string> kinds_;
  std::vector<Tag> tags_;
};

/// Spans by the likeliest label of each token, given as probabilities by token and label; a span is as sure as its tokens are in the mean,
/// and does not begin or end in white space.
[[nodiscard]] Tagged spans_of(std::string_view text, std::span<const Token> tokens, std::span<const std::vector<double>> probabilities,
                              const TagNames& names);

}  // namespace sbx::models
