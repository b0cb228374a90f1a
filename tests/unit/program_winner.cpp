// SPDX-License-Identifier: Apache-2.0
// Who wins, by the definition; and the two forms in which the oracle answers.
#include <doctest/doctest.h>

#include "tests/unit/graph_rig.h"

using namespace sbx;
using sbx::test::Rig;

namespace {

// One Boolean leaf for each route, which fires when it is set; bits in the order given.
struct Routes : Rig {
  explicit Routes(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      const ValueId fires = leaf(0, 1);
      const GuardId test = guard(Within{fires, 1, 1});
      module.manifest.routes.add({.name = "r" + std::to_string(i), .guard = test});
      know(i, 0);
    }
  }
  void order(const std::vector<uint32_t>& routes) {
    for (const uint32_t index : routes) {
      Route& route = module.manifest.routes[RouteId{index}];
      route.bit = static_cast<uint32_t>(module.manifest.order.size());
      module.manifest.order.push_back({index});
      module.graph.outputs.push_back(route.guard);
    }
    module.graph.outputs.resize(module.manifest.rule_bits(), guard(Fixed{false}));
    module.manifest.bits = module.manifest.rule_bits();
  }
  std::string winner_of(const std::vector<uint32_t>& firing) {
    for (uint32_t i = 0; i < module.manifest.routes.size(); ++i) know(i, 0);
    for (const uint32_t i : firing) know(i, 1);
    const auto route = winner(module.manifest, state_now());
    return route ? module.manifest.routes[*route].name : "otherwise";
  }
};

Entry plain(uint32_t route) { return {.kind = Entry::Kind::Route, .routes = {RouteId{route}}}; }

}  // namespace

TEST_CASE("tiers in order, and `over` within one") {
  Routes rig(4);
  Entry beater = plain(3);
  beater.beats = {0};  // r3 over r1
  rig.module.manifest.tiers = {{.name = "first", .entries = {plain(0)}}, {.name = "second", .entries = {plain(1), plain(2), beater}}};
  rig.order({0, 2, 3, 1});
  CHECK(rig.winner_of({}) == "otherwise");
  CHECK(rig.winner_of({0, 1, 2, 3}) == "r0");
  CHECK(rig.winner_of({1}) == "r1");
  CHECK(rig.winner_of({1, 3}) == "r3");
  CHECK(rig.winner_of({1, 2}) == "r2");  // a conflict: the first in the order
}

TEST_CASE("a block fires when a route in it wins") {
  Routes rig(4);
  Entry block{.kind = Entry::Kind::First, .name = "lanes", .entries = {plain(1), plain(0)}};
  block.beats = {1};
  rig.module.manifest.tiers = {{.name = "only", .entries = {block, plain(2), plain(3)}}};
  rig.order({1, 0, 2, 3});
  CHECK(rig.winner_of({0, 1, 2}) == "r1");
  CHECK(rig.winner_of({0, 2}) == "r0");
  CHECK(rig.winner_of({2}) == "r2");
}

TEST_CASE("best goes by the scores, not by the gates") {
  Rig rig;
  const ValueId a = rig.leaf(0, 100);
  const ValueId b = rig.leaf(0, 100);
  const GuardId always = rig.guard(Fixed{true});
  const GuardId never = rig.guard(Fixed{false});
  const RouteId first = rig.module.manifest.routes.add({.name = "a", .bit = 0, .guard = always});
  const RouteId second = rig.module.manifest.routes.add({.name = "b", .bit = 1, .guard = always});
  Entry best{.kind = Entry::Kind::Best, .name = "best", .routes = {first, second}, .scores = {a.index, b.index}, .margin = 5};
  rig.module.manifest.tiers = {{.name = "only", .entries = {best}}};
  rig.module.manifest.order = {first, second};
  rig.module.graph.outputs.assign(64, never);
  rig.know(0, 50);
  rig.know(1, 55);
  CHECK_FALSE(winner(rig.module.manifest, rig.state_now()));
  rig.know(1, 56);
  CHECK(winner(rig.module.manifest, rig.state_now()) == second);
  rig.fail(0);
  CHECK_FALSE(winner(rig.module.manifest, rig.state_now()));
}

TEST_CASE("the oracle answers with a route and bits, or with must and may") {
  Routes rig(2);
  rig.module.manifest.tiers = {{.name = "only", .entries = {plain(0), plain(1)}}};
  rig.order({1, 0});
  rig.module.graph.outputs.push_back(rig.module.manifest.routes[RouteId{0}].guard);
  rig.module.manifest.bits = 65;
  const auto matcher = interpreter(rig.module);
  CHECK(matcher->name() == "interpreter");
  uint64_t must[2] = {7, 7};
  uint64_t may[2] = {7, 7};
  sbx_match match{SBX_ABI_VERSION, sizeof(sbx_match), must, may, 2, 99};
  rig.know(0, 1);
  rig.know(1, 0);
  matcher->known(rig.frame(), match);
  CHECK(match.route == 1);
  CHECK(must[0] == 7);  // not written
  CHECK(must[1] == 1);
  rig.know(0, 0);
  matcher->known(rig.frame(), match);
  CHECK(match.route == SBX_NO_ROUTE);
  CHECK(must[1] == 0);
  rig.wait(1);
  rig.know(0, 1);
  matcher->partial(rig.frame(), match);
  CHECK(must[0] == 0b10);
  CHECK(may[0] == 0b11);
  CHECK(must[1] == 1);
  CHECK(may[1] == 1);
}
