// SPDX-License-Identifier: Apache-2.0
// The only maker of decision graphs: computes ranges, shares equal nodes, and simplifies where the meaning stays the same on every frame
// (docs/design/semantics.md). Passes and `lower` never write a node by hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/program/graph.h"
#include "runtime/program/verify.h"

namespace sbx::ir {

class GraphBuilder {
 public:
  /// Appends to `module.graph`, which must be empty; `module` must outlive the builder. Leaves are in the manifest before they are used
  /// here.
  explicit GraphBuilder(Module& module);

  ValueId leaf(LeafId leaf);
  ValueId constant(int64_t value);
  /// constant + sum of terms; nothing when it cannot be proved to fit 62 bits (E0410).
  [[nodiscard]] std::optional<ValueId> sum(std::vector<Term> terms, int64_t constant = 0);
  ValueId above(ValueId value, int64_t threshold);
  ValueId min(std::vector<ValueId> values);
  ValueId max(std::vector<ValueId> values);
  /// Points with strictly ascending x, at least one; nothing when a product could pass 62 bits.
  [[nodiscard]] std::optional<ValueId> lerp(ValueId value, std::vector<LerpPoint> points);
  /// `upper` strictly ascending and inclusive; labels are 0 .. upper.size().
  ValueId bands(ValueId value, std::vector<int64_t> upper);
  ValueId argmax(ArgMax op);
  /// `fails` is the negation of `holds` (negate()).
  ValueId truth(GuardId holds, GuardId fails);
  ValueId truth(GuardId holds) { return truth(holds, negate(holds)); }
  ValueId or_else(ValueId value, int64_t fallback);
  /// `condition` is 0 or 1.
  ValueId select(ValueId condition, ValueId then, ValueId otherwise);
  /// Names a value for people; the first name stays.
  void name(ValueId value, std::string name);
  [[nodiscard]] Range range(ValueId value) const;

  GuardId fixed(bool value);
  GuardId within(ValueId value, int64_t lo, int64_t hi);
  GuardId at_least(ValueId value, int64_t lo) { return within(value, lo, INT64_MAX); }
  GuardId at_most(ValueId value, int64_t hi) { return within(value, INT64_MIN, hi); }
  GuardId equals(ValueId value, int64_t member) { return within(value, member, member); }
  /// One comparison with a set: neighbours are joined, so that an unknown that spans only members passes.
  GuardId one_of(ValueId value, std::vector<int64_t> members);
  GuardId known(ValueId value);
  GuardId unknown(ValueId value);
  GuardId all(std::vector<GuardId> of);
  GuardId any(std::vector<GuardId> of);
  GuardId wins(uint32_t index, std::vector<BestMember> members, int64_t margin);
  /// `not`, moved inward to comparisons. There is none of Wins.
  GuardId negate(GuardId guard);

  /// Sets the routes' outputs: bit i is guards[i]. Once, before add_bit.
  void set_routes(const std::vector<GuardId>& guards);
  /// The bit of a guard that rules, narrowings, cases or requirements use; equal guards share one. Keeps Manifest::bits.
  uint32_t add_bit(GuardId guard);

 private:
  ValueId intern(Value value, std::string key);
  GuardId intern(Guard guard, std::string key);
  [[nodiscard]] const Value& at(ValueId id) const { return module_.graph.values[id]; }
  [[nodiscard]] const Guard& at(GuardId id) const { return module_.graph.guards[id]; }
  [[nodiscard]] const Fixed* fixed_at(GuardId id) const { return std::get_if<Fixed>(&at(id)); }
  [[nodiscard]] bool never_fails(ValueId value) const;
  ValueId extreme(std::vector<ValueId> values, bool largest);
  std::optional<GuardId> within_operands(ValueId value, int64_t lo, int64_t hi);

  Module& module_;
  std::unordered_map<std::string, ValueId> values_;
  std::unordered_map<std::string, GuardId> guards_;
  std::unordered_map<uint32_t, uint32_t> bits_;  // guard → bit of add_bit
};

}  // namespace sbx::ir
