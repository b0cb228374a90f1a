// SPDX-License-Identifier: Apache-2.0
// A module as formulas for Z3, straight from docs/design/semantics.md: nothing of compiler/analysis or of the interpreter is used.
#pragma once

#include <z3++.h>

#include <optional>
#include <vector>

#include "runtime/program/graph.h"
#include "tests/differential/random_module.h"

namespace sbx::differential {

class Formulas {
 public:
  explicit Formulas(const Module& module);  // which must outlive it

  // Facts, as WhoWins wants them, over all settled readings.
  [[nodiscard]] z3::expr truth(bool value) const { return context_.bool_val(value); }
  [[nodiscard]] z3::expr holds(GuardId guard) const;
  [[nodiscard]] z3::expr holds(RouteId route) const { return holds(module_.manifest.routes[route].guard); }
  [[nodiscard]] z3::expr leads(const Entry& entry, size_t i, size_t j) const;

  /// Whether readings make it true, and which (sat).
  [[nodiscard]] z3::check_result can_be(const z3::expr& formula, Readings& readings);

 private:
  /// The interval of a value.
  struct Ends {
    z3::expr lo, hi;
  };
  void restrict_leaf(LeafId id);
  void tie_leaves();
  [[nodiscard]] z3::expr number(int64_t value) const { return context_.int_val(value); }
  [[nodiscard]] z3::expr reading(LeafId leaf) const { return context_.int_const(("r" + std::to_string(leaf.index)).c_str()); }
  [[nodiscard]] z3::expr is_known(LeafId leaf) const { return context_.bool_const(("k" + std::to_string(leaf.index)).c_str()); }
  [[nodiscard]] Ends at(ValueId id) const;
  [[nodiscard]] static z3::expr is_point(const Ends& of) { return of.lo == of.hi; }

  Ends ends(const LeafValue& op, Range range) const;
  Ends ends(const ConstantValue& op, Range range) const;
  Ends ends(const Sum& op, Range range) const;
  Ends ends(const Above& op, Range range) const;
  Ends ends(const Min& op, Range range) const;
  Ends ends(const Max& op, Range range) const;
  Ends ends(const Lerp& op, Range range) const;
  Ends ends(const Bands& op, Range range) const;
  Ends ends(const ArgMax& op, Range range) const;
  Ends ends(const Truth& op, Range range) const;
  Ends ends(const OrElse& op, Range range) const;
  Ends ends(const Select& op, Range range) const;

  z3::expr test(const Fixed& guard) const;
  z3::expr test(const Within& guard) const;
  z3::expr test(const IsKnown& guard) const;
  z3::expr test(const IsUnknown& guard) const;
  z3::expr test(const All& guard) const;
  z3::expr test(const Any& guard) const;
  z3::expr test(const Wins& guard) const;

  z3::expr known(ValueId id) const;
  z3::expr point(const Lerp& op, const z3::expr& x) const;
  z3::expr band(const Bands& op, const z3::expr& x) const;

  const Module& module_;
  mutable z3::context context_;
  z3::solver solver_;
  mutable std::vector<std::optional<Ends>> ends_;       // by value, once made
  mutable std::vector<std::optional<z3::expr>> holds_;  // by guard, once made
};

}  // namespace sbx::differential
