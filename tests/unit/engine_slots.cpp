// SPDX-License-Identifier: Apache-2.0
// What a slot is worth when a route and rules are in force on it.
#include <doctest/doctest.h>

#include "runtime/engine/slots.h"
#include "tests/unit/engine_rig.h"

namespace sbx {
namespace {

using test::ask;
using test::set;

struct Fixture {
  test::Policy policy;
  SlotId reasoning, tags, limit, header;
  ModelId model;
  RouteId route;

  Fixture() {
    model = policy.model({.name = "m"});
    reasoning = policy.slot({.name = "reasoning", .type = {TypeKind::Text}, .initial = Constant{std::string("off")}});
    tags = policy.slot({.name = "tags", .type = {TypeKind::Set}, .kind = Slot::Kind::Set});
    limit = policy.slot({.name = "max_tokens", .type = {TypeKind::Tokens}, .kind = Slot::Kind::Limit});
    header = policy.slot({.name = "header", .type = {TypeKind::Text}, .keyed = true, .effect = true});
    route = policy.route("r", policy.builder->fixed(true), {{ask(model)}, {}});
    policy.seal();
  }
  Rule& rule(const std::string& name, std::vector<Action> actions) {
    return policy.manifest().rules[policy.rule(name, std::nullopt, std::move(actions))];
  }
  Outcome& outcome() { return policy.manifest().routes[route].outcome; }
  Laid lay(bool denial = false) {
    const Ask& asked = std::get<Ask>(outcome().candidates.front().target);
    const AttemptPoint point{&outcome(), route, denial ? nullptr : &asked, denial};
    return sbx::lay(policy.manifest(), Request{}, point, [](uint32_t) { return false; });
  }
  static std::string value(const Laid& laid, SlotId slot) {
    for (const auto* list : {&laid.slots, &laid.effects}) {
      for (const SlotValue& one : *list) {
        if (one.slot == slot) return to_string(one.value);
      }
    }
    return "absent";
  }
};

TEST_CASE("choices") {
  Fixture fixture;
  auto& policy = fixture.policy;
  const SlotId slot = fixture.reasoning;
  SUBCASE("nobody sets it: its default") { CHECK(Fixture::value(fixture.lay(), slot) == "\"off\""); }
  SUBCASE("the route sets it") {
    fixture.outcome().actions = {set(slot, "low")};
    CHECK(Fixture::value(fixture.lay(), slot) == "\"low\"");
  }
  SUBCASE("the candidate is nearer than the route") {
    fixture.outcome().actions = {set(slot, "low")};
    std::get<Ask>(fixture.outcome().candidates.front().target).settings = {set(slot, "high")};
    const Laid laid = fixture.lay();
    CHECK(Fixture::value(laid, slot) == "\"high\"");
    CHECK(laid.conflicts.empty());
  }
  SUBCASE("equal values agree") {
    fixture.outcome().actions = {set(slot, "low")};
    fixture.rule("a", {set(slot, "low")});
    const Laid laid = fixture.lay();
    CHECK(Fixture::value(laid, slot) == "\"low\"");
    CHECK(laid.conflicts.empty());
  }
  SUBCASE("different values that nobody settles: a conflict, the first counts") {
    fixture.outcome().actions = {set(slot, "low")};
    fixture.rule("a", {set(slot, "high")});
    const Laid laid = fixture.lay();
    CHECK(Fixture::value(laid, slot) == "\"low\"");
    REQUIRE(laid.conflicts.size() == 1);
    CHECK(laid.conflicts[0].between == std::vector<std::string>{"r", "a"});
  }
  SUBCASE("over routes, over one route, under routes") {
    fixture.outcome().actions = {set(slot, "low")};
    Rule& rule = fixture.rule("a", {set(slot, "high")});
    rule.over_routes = true;
    CHECK(Fixture::value(fixture.lay(), slot) == "\"high\"");
    rule.over_routes = false;
    rule.over_listed = {fixture.route};
    CHECK(Fixture::value(fixture.lay(), slot) == "\"high\"");
    rule.over_listed.clear();
    rule.under_routes = true;
    const Laid laid = fixture.lay();
    CHECK(Fixture::value(laid, slot) == "\"low\"");
    CHECK(laid.conflicts.empty());
  }
  SUBCASE("a rule over another") {
    const RuleId low = policy.rule("low", std::nullopt, {set(slot, "low")});
    fixture.rule("high", {set(slot, "high")}).over_rules = {low};
    const Laid laid = fixture.lay();
    CHECK(Fixture::value(laid, slot) == "\"high\"");
    CHECK(laid.conflicts.empty());
    CHECK(laid.rules.size() == 2);
  }
  SUBCASE("a rule for another model does not fire") {
    Rule& rule = fixture.rule("a", {set(slot, "high")});
    rule.when.front().models = {ModelId{7}};
    CHECK(Fixture::value(fixture.lay(), slot) == "\"off\"");
  }
  SUBCASE("a value whose cases are all undecided leaves the slot alone") {
    SetSlot open = set(slot, "high");
    open.cases.front().when.bit = 64;
    fixture.rule("a", {open});
    CHECK(Fixture::value(fixture.lay(), slot) == "\"off\"");
  }
}

TEST_CASE("sets and limits commute") {
  Fixture fixture;
  const auto texts = [](std::initializer_list<const char*> names) {
    ConstantList list;
    for (const char* name : names) list.push_back({std::string(name)});
    return list;
  };
  fixture.policy.manifest().slots[fixture.tags].initial = Constant{texts({"base"})};
  fixture.outcome().actions = {ChangeSlot{fixture.tags, SetChange::Without, texts({"c"}), {}}, LimitSlot{fixture.limit, 500, {}}};
  fixture.rule("a", {ChangeSlot{fixture.tags, SetChange::Add, texts({"a", "b", "c"}), {}}, LimitSlot{fixture.limit, 300, {}}});
  fixture.rule("b", {ChangeSlot{fixture.tags, SetChange::Only, texts({"base", "b", "c"}), {}}, LimitSlot{fixture.limit, 400, {}}});
  const Laid laid = fixture.lay();
  CHECK(Fixture::value(laid, fixture.tags) == "[\"base\", \"b\"]");
  CHECK(Fixture::value(laid, fixture.limit) == "300");
}

TEST_CASE("of a denial only effects stay") {
  Fixture fixture;
  fixture.outcome().actions = {set(fixture.header, "eu", "x-region")};
  fixture.rule("call", {set(fixture.reasoning, "high")});
  fixture.rule("mark", {set(fixture.header, "1", "x-mark"), set(fixture.reasoning, "low")});
  const Laid laid = fixture.lay(true);
  CHECK(laid.slots.empty());
  REQUIRE(laid.effects.size() == 2);
  CHECK(laid.effects[0].key == "x-mark");
  CHECK(laid.effects[1].key == "x-region");
  CHECK(laid.rules.size() == 1);
}

}  // namespace
}  // namespace sbx
