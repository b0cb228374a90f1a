// SPDX-License-Identifier: Apache-2.0
// Match plans: which terms a guard has, how a number finds its row, what the rows say.
#include <doctest/doctest.h>

#include <chrono>

#include "compiler/codegen/plan.h"
#include "tests/unit/codegen_rig.h"

using namespace sbx;
using namespace sbx::codegen;
using namespace sbx::test;

namespace {

struct Rig {
  Module module;
  LeafId n = add_leaf(module, "n", TypeKind::Int, {0, 1'000'000});
  LeafId tier = add_leaf(module, "tier", TypeKind::Label, {0, 3});
  ir::GraphBuilder graph{module};
  ValueId number = graph.leaf(n);
  ValueId label = graph.leaf(tier);
};

}  // namespace

TEST_CASE("a conjunction is one term, a list of labels one test") {
  Rig rig;
  Terms terms(rig.module.graph);
  const GuardId guard = rig.graph.all({rig.graph.at_least(rig.number, 5), rig.graph.one_of(rig.label, {0, 2})});
  Terms fresh(rig.module.graph);
  const auto result = fresh.of(guard, 8);
  REQUIRE(result.size() == 1);
  CHECK(result[0].leaf_tests.size() == 2);
  CHECK(result[0].gates.empty());
  bool found = false;
  for (const LeafTest& test : fresh.leaf_tests()) found |= test.holds == std::vector<Interval>{{0, 0}, {2, 2}};
  CHECK(found);
}

TEST_CASE("alternatives over two leaves are two terms, and a gate where only one fits") {
  Rig rig;
  const GuardId guard = rig.graph.any({rig.graph.at_least(rig.number, 5), rig.graph.equals(rig.label, 1), rig.graph.equals(rig.label, 3)});
  Terms terms(rig.module.graph);
  CHECK(terms.of(guard, 8).size() == 2);
  const auto one = terms.of(guard, 1);
  REQUIRE(one.size() == 1);
  CHECK(one[0].gates == std::vector<GuardId>{guard});
}

TEST_CASE("guards that hold always or never have no tests") {
  Rig rig;
  Terms terms(rig.module.graph);
  const GuardId always = rig.graph.fixed(true);
  const GuardId never = rig.graph.fixed(false);
  Terms fresh(rig.module.graph);
  REQUIRE(fresh.of(always, 8).size() == 1);
  CHECK(fresh.of(always, 8)[0].leaf_tests.empty());
  CHECK(fresh.of(never, 8).empty());
}

TEST_CASE("a plan prints") {
  Rig rig;
  add_routes(rig.module, rig.graph,
             {rig.graph.all({rig.graph.within(rig.number, 10, 19), rig.graph.equals(rig.label, 1)}), rig.graph.at_least(rig.number, 15)});
  CHECK(print(plan(rig.module), true) ==
        "plan: 2 terms of routes, 1 words, rules from word 1, " + std::to_string(plan(rig.module).tables.size()) + R"( bytes of tables
  routes 0..2: 1 x 64 bits, 0 gate bits
    v0 counted 9 14 19
        0 ..
        1 1.
        2 11
        3 .1
        4 ..
        5 11
        6 ..
    v1 dense 0..3
        0 .1
        1 11
        2 .1
        3 .1
        4 .1
        5 11
        6 .1
)");
}

TEST_CASE("the number of boundaries chooses the lookup") {
  CHECK(plan(ladder(5)).routes.at(0).axes.at(0).lookup == Lookup::Counted);
  CHECK(plan(ladder(60)).routes.at(0).axes.at(0).lookup == Lookup::Indexed);
  CHECK(plan(ladder(400)).routes.at(0).axes.at(0).lookup == Lookup::Bucketed);
}

TEST_CASE("chunks hold at most 512 terms") {
  const Plan large = plan(ladder(1300));
  REQUIRE(large.routes.size() == 3);
  CHECK(large.routes[0].words == 8);
  CHECK(large.routes[1].first == 512);
  CHECK(large.routes[2].terms == 1300 - 1024);
}

// Per rule at most two boundaries a value, and a row of 64 bytes a boundary: memory is linear in the rules.
TEST_CASE("time and memory of a plan are linear") {
  const Module module = ladder(5000);
  const auto start = std::chrono::steady_clock::now();
  const Plan large = plan(module);
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(large.tables.size() < 5000 * 200);
  CHECK(took < std::chrono::seconds(2));  // 3 ms where nothing else runs
}
