// SPDX-License-Identifier: Apache-2.0
// Graphs as text, unused nodes, and the order of routes.
#include <doctest/doctest.h>

#include "compiler/ir/builder.h"
#include "compiler/ir/order.h"
#include "compiler/ir/parse_text.h"
#include "compiler/ir/print.h"
#include "compiler/passes/pipeline.h"
#include "tests/unit/graph_rig.h"

using namespace sbx;
using sbx::test::Rig;

namespace {

Rig two_routes() {
  Rig rig;
  const LeafId topic = rig.read(0, 2);
  const LeafId urgent = rig.read(0, 1);
  Manifest& manifest = rig.module.manifest;
  manifest.name = "p";
  manifest.signals[SignalId{0}].name = "topic";
  ir::GraphBuilder b(rig.module);
  static_cast<void>(b.known(b.leaf(topic)));
  const ValueId load = *b.sum({{3, b.leaf(topic)}, {1, b.leaf(urgent)}});
  b.name(load, "load");
  const GuardId code = b.equals(b.leaf(topic), 1);
  const GuardId heavy = b.at_least(load, 4);
  for (const GuardId guard : {code, heavy}) {
    const uint32_t bit = static_cast<uint32_t>(manifest.order.size());
    manifest.order.push_back(manifest.routes.add({.name = bit == 0 ? "code" : "heavy", .bit = bit, .guard = guard}));
  }
  manifest.tiers = {{.name = "t", .entries = {{.routes = {RouteId{0}}}, {.routes = {RouteId{1}}}}}};
  b.set_routes({code, heavy});
  Rule rule{.name = "mark"};
  rule.when = {{.bit = b.add_bit(b.equals(b.leaf(urgent), 1))}};
  manifest.rules.add(std::move(rule));
  return rig;
}

constexpr const char* kText = R"(// policy p
// leaf 0: topic, 0..2
// leaf 1: s1, 0..1
v0 = leaf 0 in 0..2 "topic"
v1 = leaf 1 in 0..1 "s1"
v2 = sum 0 3*v0 1*v1 in 0..7 "load"
g0 = within v0 1..1
g1 = within v2 4..7
g2 = fixed false
g3 = within v1 1..1
bit 0 = g0  // code
bit 1 = g1  // heavy
bit 64 = g3
// rule mark: bit 64
)";

}  // namespace

TEST_CASE("a graph is printed a node a line, and read back") {
  const Module module = passes::optimize(two_routes().module);
  CHECK(ir::print(module) == kText);
  const Result<Graph> read = ir::parse_graph(kText);
  REQUIRE(read.ok());
  CHECK(ir::print(Module{module.manifest, *read}) == kText);
}

TEST_CASE("what is no graph is refused with its line") {
  for (const char* text :
       {"nonsense", "v0 = leaf 0", "v1 = constant 1 in 1..1", "g0 = within v0", "g0 = all g1x", "v0 = constant x in 1..1", "bit 0 = v0",
        "bit 99999999999 = g0", "v0 = sum 0 3 in 1..1", "g0 = fixed true extra"}) {
    const Result<Graph> read = ir::parse_graph(text);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().message.find("line 1") == 0);
  }
}

TEST_CASE("unused nodes go, used ones keep their order") {
  Rig rig = two_routes();
  const size_t before = rig.module.graph.guards.size();
  const Module module = passes::optimize(std::move(rig.module));
  CHECK(module.graph.guards.size() == before - 1);  // known(topic)
  CHECK(module.manifest.routes[RouteId{1}].guard == module.graph.outputs[1]);
}

TEST_CASE("beats is transitive, and an order puts winners first") {
  Tier tier{.name = "t"};
  for (uint32_t i = 0; i < 4; ++i) tier.entries.push_back({.routes = {RouteId{i}}});
  tier.entries[3].beats = {1};
  tier.entries[1].beats = {0};
  REQUIRE(ir::close_beats(tier));
  CHECK(tier.entries[3].beats == std::vector<uint32_t>{0, 1});
  CHECK(ir::linear_order({tier}) == std::vector<RouteId>{{2}, {3}, {1}, {0}});
  tier.entries[0].beats = {3};
  CHECK_FALSE(ir::close_beats(tier));
}
