// SPDX-License-Identifier: Apache-2.0
// Attempts as questions: on which requests a winner asks a model, and whether what rules say holds there.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "compiler/analysis/contest.h"

namespace sbx::analysis {

/// Who won, and whom it asks. `ask` is null where it asks nobody.
struct Attempt {
  std::optional<RouteId> winner;  // none: `otherwise`
  const Outcome* outcome = nullptr;
  const Ask* ask = nullptr;
  const Candidate* candidate = nullptr;  // the place in the list that it stands at; null as `ask`
};

class Attempts {
 public:
  Attempts(const Module& module, const Contest& contest);  // both must outlive it

  /// Every winner with everyone it may ask, in source order.
  [[nodiscard]] const std::vector<Attempt>& all() const { return attempts_; }
  /// Those of one winner.
  [[nodiscard]] std::span<const Attempt> of(std::optional<RouteId> winner) const;
  /// The winner wins, and no narrowing takes the model away.
  [[nodiscard]] Question reached(const Attempt& attempt) const;
  /// Adds that no narrowing takes the model away.
  void keep(Question& question, const Attempt& attempt) const;

  /// One of the conditions holds at the attempt. Nothing: always; empty: never.
  [[nodiscard]] std::optional<AnyOf> any(const std::vector<Condition>& conditions, const Attempt& attempt) const;
  /// Adds that one of the conditions holds; false if none can.
  [[nodiscard]] bool require(Question& question, const std::vector<Condition>& conditions, const Attempt& attempt) const;
  /// Adds that none of them holds; false if one always does.
  [[nodiscard]] bool exclude(Question& question, const std::vector<Condition>& conditions, const Attempt& attempt) const;

 private:
  void narrow(Question& question, const std::vector<Condition>& when, const std::vector<Action>& actions, const Attempt& attempt) const;

  const Module& module_;
  const Contest& contest_;
  std::vector<Attempt> attempts_;
  std::vector<size_t> first_;  // of a winner by RouteId, then of `otherwise`, then the end
};

}  // namespace sbx::analysis
