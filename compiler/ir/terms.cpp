// SPDX-License-Identifier: Apache-2.0
#include "compiler/ir/terms.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "runtime/base/variant.h"

namespace sbx::ir {

namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr Interval kEverything{std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};

// Sorts intervals and joins those that overlap or touch.
std::vector<Interval> normal(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end(), [](Interval a, Interval b) { return a.lo < b.lo; });
  std::vector<Interval> result;
  for (const Interval next : intervals) {
    if (next.lo > next.hi) continue;
    const bool joins = !result.empty() && (result.back().hi == kEverything.hi || next.lo <= result.back().hi + 1);
    if (joins) {
      result.back().hi = std::max(result.back().hi, next.hi);
    } else {
      result.push_back(next);
    }
  }
  return result;
}

LeafTest always(ValueId leaf, bool value) {
  LeafTest test{.value = leaf, .pending_must = value, .pending_may = value, .failed = value};
  if (value) test.holds = {kEverything};
  return test;
}

void add(LeafTest& to, const LeafTest& test) {
  to.pending_must |= test.pending_must;
  to.pending_may |= test.pending_may;
  to.failed |= test.failed;
  to.holds.insert(to.holds.end(), test.holds.begin(), test.holds.end());
}

void append_new(std::vector<uint32_t>& to, const std::vector<uint32_t>& from) {
  for (const uint32_t index : from) {
    if (std::find(to.begin(), to.end(), index) == to.end()) to.push_back(index);
  }
}

// A conjunction of two; bounds of one value meet.
Conjunction joined(const Conjunction& a, const Conjunction& b) {
  Conjunction result = a;
  append_new(result.leaf_tests, b.leaf_tests);
  result.states.insert(result.states.end(), b.states.begin(), b.states.end());
  for (const GuardId gate : b.gates) {
    if (std::find(result.gates.begin(), result.gates.end(), gate) == result.gates.end()) result.gates.push_back(gate);
  }
  for (const Bound& bound : b.bounds) {
    const auto same =
        std::find_if(result.bounds.begin(), result.bounds.end(), [&](const Bound& other) { return other.value == bound.value; });
    if (same == result.bounds.end()) {
      result.bounds.push_back(bound);
    } else {
      same->within = {std::max(same->within.lo, bound.within.lo), std::min(same->within.hi, bound.within.hi)};
    }
  }
  return result;
}

}  // namespace

LeafTest both(const LeafTest& a, const LeafTest& b) {
  LeafTest result{a.value, {}, a.pending_must && b.pending_must, a.pending_may && b.pending_may, a.failed && b.failed};
  for (size_t i = 0, j = 0; i < a.holds.size() && j < b.holds.size();) {
    const Interval meet{std::max(a.holds[i].lo, b.holds[j].lo), std::min(a.holds[i].hi, b.holds[j].hi)};
    if (meet.lo <= meet.hi) result.holds.push_back(meet);
    if (a.holds[i].hi < b.holds[j].hi) {
      ++i;
    } else {
      ++j;
    }
  }
  return result;
}

Terms::Terms(const Graph& graph) : graph_(graph), test_of_guard_(graph.guards.size(), kNone) {
  support_.reserve(graph.guards.size());
  for (const Guard& guard : graph.guards) support_.push_back(support_of(guard));
  count_uses();
}

void Terms::count_uses() {
  uses_.assign(graph_.guards.size(), 0);
  const auto use = [&](const std::vector<GuardId>& of) {
    for (const GuardId id : of) uses_[id.index] = std::min(2, uses_[id.index] + 1);
  };
  for (const Guard& guard : graph_.guards) {
    if (const auto* all = std::get_if<All>(&guard)) use(all->of);
    if (const auto* any = std::get_if<Any>(&guard)) use(any->of);
  }
}

Terms::Support Terms::support_of(ValueId value, bool constant) const {
  const Value& node = graph_.values[value];
  if (std::holds_alternative<LeafValue>(node.op)) return {Support::Kind::Leaf, value};
  if (std::holds_alternative<ConstantValue>(node.op)) return {constant ? Support::Kind::True : Support::Kind::False, {}};
  return {Support::Kind::Mixed, {}};
}

Terms::Support Terms::support_of(const std::vector<GuardId>& of, bool all) const {
  const Support neutral{all ? Support::Kind::True : Support::Kind::False, {}};
  const Support settled{all ? Support::Kind::False : Support::Kind::True, {}};
  Support result = neutral;
  for (const GuardId id : of) {
    const Support& next = support_[id.index];
    if (next == settled) return settled;
    if (next == neutral || next == result) continue;
    result = result == neutral ? next : Support{Support::Kind::Mixed, {}};
  }
  return result;
}

Terms::Support Terms::support_of(const Guard& guard) const {
  const auto in = [&](const Within& test) {
    const auto* constant = std::get_if<ConstantValue>(&graph_.values[test.value].op);
    return constant != nullptr && test.lo <= constant->value && constant->value <= test.hi;
  };
  return std::visit(overloaded{
                        [](const Fixed& fixed) {
                          return Support{fixed.value ? Support::Kind::True : Support::Kind::False, {}};
                        },
                        [&](const Within& test) { return support_of(test.value, in(test)); },
                        [&](const IsKnown& test) { return support_of(test.value, true); },
                        [&](const IsUnknown& test) { return support_of(test.value, false); },
                        [&](const All& all) { return support_of(all.of, true); },
                        [&](const Any& any) { return support_of(any.of, false); },
                        [](const Wins&) {
                          return Support{Support::Kind::Mixed, {}};
                        },
                    },
                    guard);
}

LeafTest Terms::operand(GuardId guard, ValueId leaf) {
  const Support& support = support_[guard.index];
  if (support.constant()) return always(leaf, support.kind == Support::Kind::True);
  const bool compound = std::holds_alternative<All>(graph_.guards[guard]) || std::holds_alternative<Any>(graph_.guards[guard]);
  return compound ? leaf_tests_[leaf_test(guard)] : test_of(guard, leaf);
}

LeafTest Terms::test_of(GuardId guard, ValueId leaf) {
  const Range range = graph_.values[leaf].range;
  return std::visit(overloaded{
                        [&](const Within& test) {
                          const bool must = test.lo <= range.low && range.high <= test.hi;
                          const bool may = range.low <= test.hi && test.lo <= range.high;
                          return LeafTest{leaf, normal({{test.lo, test.hi}}), must, may, must};
                        },
                        [&](const IsKnown&) {
                          return LeafTest{leaf, {kEverything}, false, true, false};
                        },
                        [&](const IsUnknown&) {
                          return LeafTest{leaf, {}, false, true, true};
                        },
                        [&](const All& all) {
                          LeafTest result = always(leaf, true);
                          for (const GuardId id : all.of) result = both(result, operand(id, leaf));
                          return result;
                        },
                        [&](const Any& any) {
                          LeafTest result = always(leaf, false);
                          for (const GuardId id : any.of) add(result, operand(id, leaf));
                          result.holds = normal(std::move(result.holds));
                          return result;
                        },
                        [&](const Fixed& fixed) { return always(leaf, fixed.value); },
                        [&](const Wins&) {
                          SBX_CHECK(false, "a `best` over one leaf");
                          return always(leaf, false);
                        },
                    },
                    graph_.guards[guard]);
}

uint32_t Terms::leaf_test(GuardId guard) {
  if (test_of_guard_[guard.index] == kNone) {
    LeafTest test = test_of(guard, support_[guard.index].leaf);
    test_of_guard_[guard.index] = static_cast<uint32_t>(leaf_tests_.size());
    leaf_tests_.push_back(std::move(test));
  }
  return test_of_guard_[guard.index];
}

uint32_t Terms::leaf_test(const std::vector<GuardId>& any) {
  if (any.size() == 1) return leaf_test(any.front());
  const ValueId leaf = support_[any.front().index].leaf;
  LeafTest result = always(leaf, false);
  for (const GuardId id : any) add(result, operand(id, leaf));
  result.holds = normal(std::move(result.holds));
  leaf_tests_.push_back(std::move(result));
  return static_cast<uint32_t>(leaf_tests_.size() - 1);
}

std::vector<Conjunction> Terms::of(GuardId guard, size_t limit) {
  if (uses_[guard.index] < 2) return shared(guard, limit);
  const auto known = expanded_.find({guard.index, limit});
  if (known != expanded_.end()) return known->second;
  return expanded_[{guard.index, limit}] = shared(guard, limit);
}

std::vector<Conjunction> Terms::shared(GuardId guard, size_t limit) {
  if (auto terms = expand(guard, limit)) return std::move(*terms);
  return {Conjunction{.gates = {guard}}};
}

std::optional<std::vector<Conjunction>> Terms::expand(GuardId guard, size_t limit) {
  const Support& support = support_[guard.index];
  if (support.constant()) return support.kind == Support::Kind::True ? std::vector{Conjunction{}} : std::vector<Conjunction>{};
  if (support.kind == Support::Kind::Leaf) return std::vector{Conjunction{.leaf_tests = {leaf_test(guard)}}};
  return std::visit(overloaded{
                        [](const Fixed&) -> std::optional<std::vector<Conjunction>> { return std::nullopt; },
                        [](const Within& test) -> std::optional<std::vector<Conjunction>> {
                          return std::vector{Conjunction{.bounds = {{test.value, {test.lo, test.hi}}}}};
                        },
                        [](const IsKnown& test) -> std::optional<std::vector<Conjunction>> {
                          return std::vector{Conjunction{.states = {{test.value, true}}}};
                        },
                        [](const IsUnknown& test) -> std::optional<std::vector<Conjunction>> {
                          return std::vector{Conjunction{.states = {{test.value, false}}}};
                        },
                        [&](const All& all) { return expand(all, limit); },
                        [&](const Any& any) { return expand(any, limit); },
                        [](const Wins&) -> std::optional<std::vector<Conjunction>> { return std::nullopt; },
                    },
                    graph_.guards[guard]);
}

// Children multiply while they fit; one that does not is a gate of every term.
std::optional<std::vector<Conjunction>> Terms::expand(const All& all, size_t limit) {
  std::vector<Conjunction> result{Conjunction{}};
  for (const GuardId id : all.of) {
    std::vector<Conjunction> terms = of(id, std::max<size_t>(1, limit / result.size()));
    if (terms.empty()) return terms;
    std::vector<Conjunction> next;
    next.reserve(result.size() * terms.size());
    for (const Conjunction& a : result) {
      for (const Conjunction& b : terms) next.push_back(joined(a, b));
    }
    result = std::move(next);
  }
  return result;
}

// Tests of one leaf become one test; the rest add up. Too many: no disjunctive form.
std::optional<std::vector<Conjunction>> Terms::expand(const Any& any, size_t limit) {
  std::vector<std::vector<GuardId>> groups;
  std::map<ValueId, size_t> by_leaf;
  for (const GuardId id : any.of) {
    const Support& support = support_[id.index];
    const bool leaf = support.kind == Support::Kind::Leaf;
    const auto [at, is_new] = leaf ? by_leaf.try_emplace(support.leaf, groups.size()) : std::pair{by_leaf.end(), true};
    if (is_new) {
      groups.push_back({id});
    } else {
      groups[at->second].push_back(id);
    }
  }
  std::vector<Conjunction> result;
  for (const auto& group : groups) {
    const bool leaf = support_[group.front().index].kind == Support::Kind::Leaf;
    std::vector<Conjunction> terms = leaf ? std::vector{Conjunction{.leaf_tests = {leaf_test(group)}}} : of(group.front(), limit);
    result.insert(result.end(), std::make_move_iterator(terms.begin()), std::make_move_iterator(terms.end()));
    if (result.size() > limit) return std::nullopt;
  }
  return result;
}

}  // namespace sbx::ir
