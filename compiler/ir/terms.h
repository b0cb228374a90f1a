// SPDX-License-Identifier: Apache-2.0
// Guards in disjunctive form: a guard is a set of terms, a term a set of tests that must all hold. What does not fit stays a gate.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/program/graph.h"

namespace sbx::ir {

/// A closed interval [lo, hi] of raw integers.
struct Interval {
  int64_t lo = 0, hi = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// All that a formula over one leaf says: where it holds when the leaf is known, and (must, may) when it is pending or failed.
struct LeafTest {
  ValueId value;
  std::vector<Interval> holds;  // ascending, disjoint, not adjacent
  bool pending_must = false, pending_may = false, failed = false;
};

/// A derived value's whole interval lies in `within`, which is empty where lo > hi.
struct Bound {
  ValueId value;
  Interval within;
};

/// Whether a derived value is known, or is settled and unknown.
struct StateTest {
  ValueId value;
  bool known = true;
};

/// The conjunction of its tests. `leaf_tests` index Terms::leaf_tests.
struct Conjunction {
  std::vector<uint32_t> leaf_tests;
  std::vector<Bound> bounds;
  std::vector<StateTest> states;
  std::vector<GuardId> gates;  // evaluated by straight-line code
};

/// Takes guards apart. Linear in the graph; each guard's terms in the order of the policy.
class Terms {
 public:
  explicit Terms(const Graph& graph);

  /// The terms of a guard, at most `limit` of them; none: it never holds.
  [[nodiscard]] std::vector<Conjunction> of(GuardId guard, size_t limit);

  [[nodiscard]] const std::vector<LeafTest>& leaf_tests() const { return leaf_tests_; }

 private:
  // What a guard depends on: nothing, one leaf, more.
  struct Support {
    enum class Kind : uint8_t { False, True, Leaf, Mixed } kind = Kind::False;
    ValueId leaf;
    [[nodiscard]] bool constant() const { return kind == Kind::False || kind == Kind::True; }
    friend bool operator==(const Support&, const Support&) = default;
  };
  [[nodiscard]] Support support_of(ValueId value, bool constant) const;
  [[nodiscard]] Support support_of(const Guard& guard) const;
  [[nodiscard]] Support support_of(const std::vector<GuardId>& of, bool all) const;
  void count_uses();
  LeafTest test_of(GuardId guard, ValueId leaf);
  LeafTest operand(GuardId guard, ValueId leaf);
  uint32_t leaf_test(GuardId guard);
  uint32_t leaf_test(const std::vector<GuardId>& any);
  std::vector<Conjunction> shared(GuardId guard, size_t limit);
  std::optional<std::vector<Conjunction>> expand(GuardId guard, size_t limit);
  std::optional<std::vector<Conjunction>> expand(const All& all, size_t limit);
  std::optional<std::vector<Conjunction>> expand(const Any& any, size_t limit);

  const Graph& graph_;
  std::vector<Support> support_;
  std::vector<uint32_t> test_of_guard_;                                       // index in leaf_tests_, or UINT32_MAX
  std::vector<uint8_t> uses_;                                                 // by other guards, at most 2
  std::map<std::pair<uint32_t, size_t>, std::vector<Conjunction>> expanded_;  // guards used twice, by limit
  std::vector<LeafTest> leaf_tests_;
};

/// Both hold; of one leaf.
[[nodiscard]] LeafTest both(const LeafTest& a, const LeafTest& b);

}  // namespace sbx::ir
