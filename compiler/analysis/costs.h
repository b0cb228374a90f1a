// SPDX-License-Identifier: Apache-2.0
// What a winner can cost, and how long it can take, at most: every attempt at its worst, tokens that fit, output up to the limit or the
// model's own, time up to the deadline in force (docs/language/requirements.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "compiler/analysis/attempts.h"
#include "compiler/analysis/space.h"

namespace sbx::analysis {

/// What is spent on a decision, in picodollars (a token at one dollar a million costs 10^6 of them) or in microseconds.
enum class Spent : uint8_t { Money, Time };
__extension__ using Amount = __int128;

/// What a model does not say, for want of which what it costs has no bound.
struct Unsaid {
  const Model* model = nullptr;
  enum class Field : uint8_t { Price, Output, Context } field = Field::Price;
};

/// One way for a winner to cost something: so many tokens of prompt, these candidates asked.
struct Expense {
  bool is_bounded = true;             // money: not for want of a price, an `output:`, or a bound on the prompt; time: of a deadline
  std::optional<Unsaid> unsaid = {};  // money: the first of these
  Amount most = 0;                    // at the most tokens
  Amount per_token = 0;               // of the prompt
  int64_t least_tokens = 0, most_tokens = 0;
  Question question;  // the winner wins, all of them are kept, no smaller limit is in force
};

class Costs {
 public:
  Costs(const Module& module, const Space& space, const Contest& contest, const Attempts& attempts);  // all must outlive it

  /// The leaf that counts the tokens of the prompt, if the host counts them.
  [[nodiscard]] std::optional<LeafId> tokens() const { return tokens_; }

  /// The dearest first, those without a bound before all: no request of the winner costs more than the first that can come about.
  [[nodiscard]] std::vector<Expense> expenses(Spent spent, std::optional<RouteId> winner) const;
  /// The dearest that can come about, to the last class of tokens; nothing where none can. Few questions are asked of `is_possible`.
  [[nodiscard]] std::optional<Expense> dearest(Spent spent, std::optional<RouteId> winner,
                                               const std::function<bool(const Question&)>& is_possible) const;
  /// What the attempts of a decision cost at most; nothing if that has no bound.
  [[nodiscard]] std::optional<Amount> of(Spent spent, const Decision& decision, int64_t tokens) const;

 private:
  struct Call {
    Amount all = 0, per_token = 0;
  };
  /// One call with so many tokens of prompt, and an answer up to the limit of the slot or the model's own; nothing if that has no bound.
  [[nodiscard]] static std::optional<Call> call(Spent spent, const Model& model, int64_t tokens, std::optional<int64_t> limit);

  struct Limit;
  class Winner;
  const Module& module_;
  const Space& space_;
  const Contest& contest_;
  const Attempts& attempts_;
  std::optional<LeafId> tokens_;
};

/// In whole millionths of a dollar, rounded up.
[[nodiscard]] Decimal in_dollars(Amount cost);
/// Of microseconds.
[[nodiscard]] Decimal in_milliseconds(Amount time);

}  // namespace sbx::analysis
