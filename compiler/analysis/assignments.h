// SPDX-License-Identifier: Apache-2.0
// What slots get, as questions: who assigns a value at an attempt, and when that is in force. Mirrors runtime/engine/slots.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/attempts.h"

namespace sbx::analysis {

/// A choice slot; headers have one for every name.
using SlotKey = std::pair<SlotId, std::string>;

/// Who assigns: a rule, or the winner of an attempt.
struct Assigner {
  std::optional<RuleId> rule;
  const SetSlot* set = nullptr;
};

class Assignments {
 public:
  Assignments(const Module& module, const Attempts& attempts);  // both must outlive it

  /// The rules that assign each slot, in source order.
  [[nodiscard]] const std::map<SlotKey, std::vector<Assigner>>& rules() const { return rules_; }
  /// What the winner itself assigns; a candidate's own setting is the nearer one.
  [[nodiscard]] std::optional<Assigner> of_winner(const SlotKey& key, const Attempt& attempt) const;
  /// All that may assign a slot at an attempt.
  [[nodiscard]] std::vector<Assigner> all(const SlotKey& key, const Attempt& attempt) const;

  /// Whether the policy says that `a` beats `b`.
  [[nodiscard]] bool is_over(const Assigner& a, const Assigner& b, std::optional<RouteId> winner) const;
  /// Adds that the assigner fires, and that this case is its first that holds; false if that cannot be.
  [[nodiscard]] bool in_force(Question& question, const Assigner& assigner, const Case& chosen, const Attempt& attempt) const;
  /// Adds that nothing that is over the assigner assigns the slot; false if something always does.
  [[nodiscard]] bool unbeaten(Question& question, const SlotKey& key, const Assigner& assigner, const Attempt& attempt) const;
  /// Adds that nobody assigns the slot; false if somebody always does.
  [[nodiscard]] bool unassigned(Question& question, const SlotKey& key, const Attempt& attempt) const;

 private:
  /// Adds that the assigner does not assign: its rule does not fire, or none of its cases holds.
  [[nodiscard]] bool idle(Question& question, const Assigner& assigner, const Attempt& attempt) const;

  const Manifest& manifest_;
  const Attempts& attempts_;
  std::map<SlotKey, std::vector<Assigner>> rules_;
};

}  // namespace sbx::analysis
