// SPDX-License-Identifier: Apache-2.0
// What the builder makes means what was asked for: every rewriting of a test is compared, on all frames of small leaves, with the plain
// node.
#include <doctest/doctest.h>

#include <functional>

#include "compiler/ir/builder.h"
#include "tests/unit/graph_rig.h"

using namespace sbx;
using sbx::ir::GraphBuilder;
using sbx::test::Rig;

namespace {

// Calls `check` with every frame: each leaf pending, failed, or any number of its range.
void for_each_frame(Rig& rig, const std::function<void()>& check, uint32_t leaf = 0) {
  if (leaf == rig.state.size()) return check();
  rig.wait(leaf);
  for_each_frame(rig, check, leaf + 1);
  rig.fail(leaf);
  for_each_frame(rig, check, leaf + 1);
  const Range range = rig.module.manifest.leaves[LeafId{leaf}].range;
  for (int64_t value = range.low; value <= range.high; ++value) {
    rig.know(leaf, value);
    for_each_frame(rig, check, leaf + 1);
  }
}

using Make = std::function<ValueId(GraphBuilder&, const std::vector<ValueId>&)>;

// Every within(value, lo, hi) against the node itself; the range against what occurs.
void check_tests_of(const Make& make) {
  Rig rig;
  const std::vector<LeafId> leaves{rig.read(-2, 3), rig.read(-1, 2)};
  GraphBuilder builder(rig.module);
  const ValueId value = make(builder, {builder.leaf(leaves[0]), builder.leaf(leaves[1])});
  const Range range = builder.range(value);
  REQUIRE(range.high - range.low < 200);
  const int64_t step = std::max<int64_t>(1, (range.high - range.low) / 12);
  std::vector<std::pair<GuardId, GuardId>> pairs;
  for (int64_t lo = range.low - 1; lo <= range.high + 1; lo += step) {
    for (int64_t hi = lo; hi <= range.high + 1; hi += step) {
      const GuardId made = builder.within(value, lo, hi);
      pairs.emplace_back(made, rig.guard(Within{value, lo, hi}));
    }
  }
  size_t wrong = 0;
  for_each_frame(rig, [&] {
    const GraphState state = rig.state_now();
    const ValueState& now = state.values[value.index];
    if (now.lo < range.low || now.hi > range.high) ++wrong;
    for (const auto& [made, plain] : pairs) {
      const GuardState& a = state.guards[made.index];
      const GuardState& b = state.guards[plain.index];
      if (a.must != b.must || (a.may && !b.may) || (a.must && !a.may)) ++wrong;
    }
  });
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("a test of a derived value becomes a test of what it is made of") {
  using B = GraphBuilder;
  using V = std::vector<ValueId>;
  check_tests_of([](B&, const V& v) { return v[0]; });
  for (const int64_t weight : {1, -1, 3, -4}) {
    check_tests_of([&](B& b, const V& v) { return *b.sum({{weight, v[0]}}, 5); });
    check_tests_of([&](B& b, const V& v) { return *b.sum({{weight, v[0]}, {2, v[1]}, {1, v[0]}}, -1); });
  }
  for (int64_t threshold = -3; threshold <= 4; ++threshold) {
    check_tests_of([&](B& b, const V& v) { return b.above(v[0], threshold); });
    check_tests_of([&](B& b, const V& v) { return b.or_else(v[0], threshold); });
    check_tests_of([&](B& b, const V& v) { return b.bands(v[0], {threshold, threshold + 2}); });
    check_tests_of([&](B& b, const V& v) { return b.truth(b.at_least(v[0], threshold)); });
    check_tests_of([&](B& b, const V& v) { return b.select(b.truth(b.at_least(v[0], threshold)), v[1], b.constant(4)); });
  }
  check_tests_of([](B& b, const V& v) { return b.min({v[0], v[1]}); });
  check_tests_of([](B& b, const V& v) { return b.max({v[0], v[1]}); });
  check_tests_of([](B& b, const V& v) { return b.max({v[0], v[1], b.constant(1)}); });
  check_tests_of([](B& b, const V& v) { return *b.lerp(v[0], {{-1, 5}, {1, -6}, {3, 2}}); });
  check_tests_of([](B& b, const V& v) { return b.argmax({{v[0], v[1]}, {0, 1}, 0, false, 2}); });
  check_tests_of([](B& b, const V& v) { return b.argmax({{v[0], v[1]}, {0, 1}, 0, true, 2}); });
  check_tests_of([](B& b, const V& v) { return b.argmax({{v[0], v[1]}, {3, 1}, 1, false, 0}); });
  check_tests_of([](B& b, const V& v) { return b.or_else(b.max({v[0], v[1]}), 2); });
}

TEST_CASE("a conjunction of tests of one value is one test, an alternative is not") {
  Rig rig;
  const std::vector<LeafId> leaves{rig.read(0, 5), rig.read(0, 2)};
  GraphBuilder b(rig.module);
  const ValueId x = b.leaf(leaves[0]);
  const ValueId y = b.leaf(leaves[1]);
  CHECK(b.all({b.at_least(x, 2), b.at_most(x, 3)}) == b.within(x, 2, 3));
  CHECK(b.all({b.at_least(x, 4), b.at_most(x, 3)}) == b.fixed(false));
  CHECK(b.all({}) == b.fixed(true));
  CHECK(b.any({}) == b.fixed(false));
  CHECK(b.all({b.fixed(true), b.equals(x, 1)}) == b.equals(x, 1));
  CHECK(b.any({b.fixed(true), b.equals(x, 1)}) == b.fixed(true));
  CHECK(b.any({b.at_least(x, 2), b.within(x, 3, 4)}) == b.at_least(x, 2));
  CHECK(b.any({b.at_least(x, 3), b.at_most(x, 2)}) != b.fixed(true));
  CHECK(b.one_of(x, {0, 1, 2}) == b.at_most(x, 2));
  CHECK(b.one_of(x, {5, 0, 4}) == b.any({b.equals(x, 0), b.at_least(x, 4)}));
  CHECK(b.all({b.equals(x, 1), b.equals(y, 1)}) == b.all({b.equals(y, 1), b.equals(x, 1), b.equals(x, 1)}));
  CHECK(b.all({b.all({b.equals(x, 1), b.equals(y, 1)}), b.known(x)}) == b.all({b.equals(x, 1), b.equals(y, 1), b.known(x)}));
  CHECK(b.within(x, -9, 9) == b.fixed(true));
  CHECK(b.within(x, 6, 9) == b.fixed(false));
}

TEST_CASE("not moves inward, and twice is once") {
  Rig rig;
  const std::vector<LeafId> leaves{rig.read(0, 5), rig.read(0, 1)};
  GraphBuilder b(rig.module);
  const ValueId x = b.leaf(leaves[0]);
  const ValueId y = b.leaf(leaves[1]);
  CHECK(b.negate(b.at_least(x, 3)) == b.at_most(x, 2));
  CHECK(b.negate(b.known(x)) == b.unknown(x));
  const GuardId guard = b.all({b.any({b.at_least(x, 3), b.unknown(x)}), b.equals(y, 1)});
  CHECK(b.negate(b.negate(guard)) == guard);
  const GuardId opposite = b.negate(guard);
  for_each_frame(rig, [&] {
    const GraphState state = rig.state_now();
    CHECK_FALSE((state.guards[guard.index].must && state.guards[opposite.index].must));
  });
}

TEST_CASE("a Boolean that is read counts as it is") {
  Rig rig;
  const LeafId leaf = rig.read(0, 1);
  GraphBuilder b(rig.module);
  const ValueId x = b.leaf(leaf);
  CHECK(b.truth(b.equals(x, 1)) == x);
  CHECK(b.truth(b.fixed(true)) == b.constant(1));
  CHECK(b.truth(b.fixed(false)) == b.constant(0));
}

TEST_CASE("what says `or else` never fails") {
  Rig rig;
  const LeafId leaf = rig.read(0, 9);
  rig.module.manifest.signals[SignalId{0}].or_else = Constant{};
  GraphBuilder b(rig.module);
  const ValueId x = b.leaf(leaf);
  CHECK(b.known(x) == b.fixed(true));
  CHECK(b.unknown(x) == b.fixed(false));
  CHECK(b.or_else(x, 3) == x);
}

TEST_CASE("a sum that could pass 62 bits is not built") {
  Rig rig;
  const LeafId leaf = rig.read(-(int64_t{1} << 60), int64_t{1} << 60);
  const LeafId other = rig.read(-(int64_t{1} << 60), int64_t{1} << 60);
  GraphBuilder b(rig.module);
  const ValueId x = b.leaf(leaf);
  const ValueId y = b.leaf(other);
  CHECK(b.sum({{3, x}}));
  CHECK_FALSE(b.sum({{4, x}}));
  CHECK(b.sum({{2, x}, {1, y}}));
  CHECK_FALSE(b.sum({{2, x}, {-2, y}}));
  CHECK_FALSE(b.sum({{2, x}}, INT64_MAX / 2));
  CHECK_FALSE(b.sum({{INT64_MAX, x}, {INT64_MAX, x}}));
  CHECK(b.sum({{INT64_MAX, x}, {-INT64_MAX, x}}, 4) == b.constant(4));
  CHECK(b.sum({{2, b.constant(5)}, {1, x}}, -10) == x);
  CHECK_FALSE(b.lerp(x, {{-(int64_t{1} << 60), 0}, {0, 100}}));
}

TEST_CASE("the only member of a best block wins when it fires") {
  Rig rig;
  const LeafId leaf = rig.read(0, 9);
  GraphBuilder b(rig.module);
  const ValueId x = b.leaf(leaf);
  const GuardId fires = b.at_least(x, 5);
  CHECK(b.wins(0, {{fires, x}}, 3) == fires);
  CHECK(b.wins(1, {{b.fixed(false), x}, {fires, x}}, 3) == fires);
  CHECK(b.wins(0, {{b.fixed(false), x}, {fires, x}}, 3) == b.fixed(false));
}

TEST_CASE("outputs: routes first, then shared bits from the next word") {
  Rig rig;
  const LeafId leaf = rig.read(0, 9);
  GraphBuilder b(rig.module);
  const GuardId one = b.at_least(b.leaf(leaf), 5);
  const GuardId two = b.at_least(b.leaf(leaf), 6);
  rig.module.manifest.routes.add({.name = "r", .guard = one});
  rig.module.manifest.order = {RouteId{0}};
  b.set_routes({one});
  CHECK(b.add_bit(two) == 64);
  CHECK(b.add_bit(one) == 65);
  CHECK(b.add_bit(two) == 64);
  CHECK(rig.module.manifest.bits == 66);
  CHECK(rig.module.graph.outputs.size() == 66);
}
