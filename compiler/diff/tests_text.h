// SPDX-License-Identifier: Apache-2.0
// Single tests as expressions: what a leaf reads, how a derived value comes out, a guard as a formula. `true` where it cannot be said.
#pragma once

#include <span>
#include <string>

#include "compiler/analysis/space.h"
#include "compiler/diff/merge.h"

namespace sbx::diff {

/// `a and b`, `a or b`, with parentheses around what needs them; `true` and `false` drop out.
[[nodiscard]] std::string all_of(const std::vector<std::string>& parts);
[[nodiscard]] std::string any_of(const std::vector<std::string>& parts);

class TestsText {
 public:
  explicit TestsText(const Merged& merged) : merged_(merged), module_(merged.module()) {}

  /// A leaf reads one of these, or is unknown where `need` says so.
  [[nodiscard]] std::string leaf(const analysis::Need& need) const;
  /// An atom holds, or does not.
  [[nodiscard]] std::string atom(const analysis::Atom& atom, bool holds) const;
  [[nodiscard]] std::string guard(GuardId id, bool holds) const;

 private:
  [[nodiscard]] std::string name(SignalId signal) const;
  [[nodiscard]] std::string known_values(const analysis::Need& need, const std::string& name) const;
  [[nodiscard]] std::string within(ValueId value, int64_t lo, int64_t hi, bool holds) const;
  [[nodiscard]] std::string state(ValueId value, bool known) const;
  /// The value as an expression and the decimal places of its integers; nothing where it has no name and no simple form.
  struct Said {
    std::string text;
    int places = 0;
    Type type;
  };
  [[nodiscard]] std::optional<Said> value(ValueId id) const;
  [[nodiscard]] std::optional<Said> sum(const Sum& sum) const;
  [[nodiscard]] std::vector<LeafId> leaves_below(ValueId id) const;

  const Merged& merged_;
  const Module& module_;
};

}  // namespace sbx::diff
