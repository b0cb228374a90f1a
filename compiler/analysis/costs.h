// SPDX-License-Identifier: Apache-2.0
// What a winner can cost at most: every attempt at its worst, tokens that fit, output up to the limit or the model's own (language.md, 5).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/analysis/attempts.h"
#include "compiler/analysis/space.h"

namespace sbx::analysis {

/// Money in picodollars: a token at one dollar a million costs 10^6 of them.
using Picodollars = __int128;

/// One way for a winner to cost something: so many tokens of prompt, these candidates asked.
struct Expense {
  bool is_bounded = true;     // not for want of a price, an `output:`, or a bound on the prompt
  Picodollars most = 0;       // at the most tokens
  Picodollars per_token = 0;  // of the prompt
  int64_t least_tokens = 0, most_tokens = 0;
  Question question;  // the winner wins, all of them are kept, no smaller limit of the answer is in force
};

class Costs {
 public:
  Costs(const Module& module, const Space& space, const Contest& contest, const Attempts& attempts);  // all must outlive it

  /// The leaf that counts the tokens of the prompt, if the host counts them.
  [[nodiscard]] std::optional<LeafId> tokens() const { return tokens_; }

  /// The dearest first, those without a bound before all: no request of the winner costs more than the first that can come about.
  [[nodiscard]] std::vector<Expense> expenses(std::optional<RouteId> winner) const;
  /// What the attempts of a decision cost at most; nothing if that has no bound.
  [[nodiscard]] std::optional<Picodollars> of(const Decision& decision, int64_t tokens) const;

 private:
  struct Call {
    Picodollars all = 0, per_token = 0;
  };
  /// One call with so many tokens of prompt, and an answer up to the limit or the model's own; nothing if that has no bound.
  [[nodiscard]] static std::optional<Call> call(const Model& model, int64_t tokens, std::optional<int64_t> limit);

  struct Limit;
  class Winner;
  const Module& module_;
  const Space& space_;
  const Contest& contest_;
  const Attempts& attempts_;
  std::optional<LeafId> tokens_;
};

/// In whole millionths of a dollar, rounded up.
[[nodiscard]] Decimal in_dollars(Picodollars cost);

}  // namespace sbx::analysis
