// SPDX-License-Identifier: Apache-2.0
// Linear-chain taggers: which parts of a text are what, from hashed features of tokens.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/models/model.h"
#include "runtime/models/tokens.h"

namespace sbx::models {

/// A conditional random field (Lafferty, McCallum and Pereira 2001). Tags are `outside`, then for each label that it begins and that it
/// goes on: 0, 1 + 2 l, 2 + 2 l. The score of a tag at a token is the sum over features f of weights[row(f) * stride + tag] * scale; that
/// of two tags in a row is transitions[first * tags + second]. No label goes on that has not begun.
struct TaggerParameters {
  std::vector<std::string> labels;
  uint8_t bits = 18;
  uint32_t most_bytes = 16384;
  std::vector<uint32_t> buckets;  // ascending: the features that there are, each with a row
  size_t stride = 0;
  std::vector<int8_t> weights;
  float scale = 1;
  std::vector<float> transitions;
  bool patterns = true;  // spans of find_personal_data with a label of the model's are found where the field finds nothing

  [[nodiscard]] size_t tags() const { return 1 + 2 * labels.size(); }
};

/// Scores of tags by token, row after row of `tags`.
using TagScores = std::vector<float>;

/// Whether the second tag may follow the first (`outside` stands before the text).
[[nodiscard]] bool may_follow(size_t first, size_t second);
/// The likeliest tags (Viterbi 1967).
[[nodiscard]] std::vector<uint16_t> likeliest_tags(const TagScores& scores, const std::vector<float>& transitions, size_t tags);

/// Sums over all ways of tagging, scaled at each token to stay in range (Rabiner 1989, V.A): the probability of a tag at a token is
/// alpha * beta, that of two tags in a row alpha * steps * emissions * beta / scales of the second token.
struct Chain {
  std::vector<double> steps;      // exp of transitions; 0 where a tag may not follow
  std::vector<double> emissions;  // exp of scores, less each token's highest
  std::vector<double> alpha, beta, scales;
};
[[nodiscard]] Chain sum_over_tags(const TagScores& scores, const std::vector<float>& transitions, size_t tags);

class LinearTagger final : public Tagger {
 public:
  LinearTagger(TaggerParameters parameters, std::string identity);

  [[nodiscard]] const std::string& identity() const override { return identity_; }
  [[nodiscard]] Runs runs() const override { return Runs::Embedded; }
  [[nodiscard]] const std::vector<std::string>& labels() const override { return parameters_.labels; }
  /// The confidence of a span is the probability that it begins, goes on and ends as it does.
  [[nodiscard]] Result<Tagged> tag(std::string_view text, Deadline deadline) const override;

  [[nodiscard]] const TaggerParameters& parameters() const { return parameters_; }

 private:
  [[nodiscard]] TagScores score(const Tokens& tokens) const;
  void add_patterns(std::string_view text, Tagged& tagged) const;

  TaggerParameters parameters_;
  std::string identity_;
};

}  // namespace sbx::models
