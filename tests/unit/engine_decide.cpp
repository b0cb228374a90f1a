// SPDX-License-Identifier: Apache-2.0
// The loop: free signals at once, costly ones only while they can change the outcome, given ones never computed, late ones failed.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "runtime/engine/decision_json.h"
#include "tests/unit/engine_rig.h"

namespace sbx {
namespace {

using test::ask;
using test::known;
using Names = std::vector<std::string>;

// blocked when attack (model) → deny; quick when short (free) → small; deep when hard (model) and words (fast) → large.
struct Fixture {
  test::Policy policy;
  ModelId small, large;

  Fixture() {
    const GuardId attack = policy.flag("attack", CostClass::Model);
    const GuardId is_short = policy.flag("short");
    const GuardId hard = policy.flag("hard", CostClass::Model);
    const GuardId words = policy.flag("words", CostClass::Fast);
    const GuardId far = policy.flag("far", CostClass::Remote);
    small = policy.model({.name = "small", .provider = "local"});
    large = policy.model({.name = "large", .provider = "cloud"});
    policy.route("blocked", policy.builder->all({is_short, attack}), {{{Denial{403, "no"}, {}, {}}}, {}});
    policy.route("quick", is_short, {{ask(small)}, {}});
    policy.route("deep", policy.builder->all({hard, words}), {{ask(large), ask(small)}, {}});
    policy.manifest().otherwise = Outcome{{ask(small)}, {}};
    policy.seal();
    const SlotId header = policy.slot({.name = "header", .type = {TypeKind::Text}, .keyed = true, .effect = true});
    policy.rule("mark", far, {test::set(header, "1", "x-far")});
    policy.done();
  }

  Decision decide(test::TableReader& reader, const DecideOptions& options = {}, const Request& request = {}) {
    const Engine engine(policy.program);
    Workspace workspace(engine);
    const auto decision = engine.decide(request, reader, workspace, options);
    REQUIRE(decision.ok());
    return *decision;
  }
  std::string route(const Decision& decision) { return decision.route ? policy.manifest().routes[*decision.route].name : "otherwise"; }
};

TEST_CASE("only what matters is read, the cheapest first") {
  Fixture fixture;
  SUBCASE("a short one asks whether it is an attack, and never how hard it is") {
    test::TableReader reader(fixture.policy.manifest(), {{"short", known(true)}, {"attack", known(false)}, {"far", known(false)}});
    const Decision decision = fixture.decide(reader);
    CHECK(fixture.route(decision) == "quick");
    CHECK(reader.asked == Names{"short", "attack", "far"});
    CHECK(decision.readings[2].state == ReadingState::Skipped);
  }
  SUBCASE("without the words the model is not asked") {
    test::TableReader reader(fixture.policy.manifest(), {{"short", known(false)}, {"words", known(false)}, {"far", known(true)}});
    const Decision decision = fixture.decide(reader);
    CHECK(fixture.route(decision) == "otherwise");
    CHECK(reader.asked == Names{"short", "words", "far"});
    REQUIRE(decision.effects.size() == 1);
    CHECK(decision.effects.front().key == "x-far");
  }
  SUBCASE("a failed reading holds nothing") {
    test::TableReader reader(fixture.policy.manifest(), {{"short", known(false)}, {"words", known(true)}});
    const Decision decision = fixture.decide(reader);
    CHECK(fixture.route(decision) == "otherwise");
    CHECK(reader.asked == Names{"short", "words", "hard", "far"});
    CHECK(decision.readings[2].state == ReadingState::Failed);
    CHECK(decision.rules.empty());
  }
}

TEST_CASE("given readings are never computed") {
  Fixture fixture;
  test::TableReader reader(fixture.policy.manifest(), {{"attack", known(false)}, {"far", known(false)}});
  Request request;
  request.readings = {{"short", "true"}, {"attack", "{\"state\":\"unknown\"}"}};
  const Decision decision = fixture.decide(reader, {}, request);
  CHECK(fixture.route(decision) == "quick");
  CHECK(reader.asked == Names{"far"});
  CHECK(decision.readings[1].source == ReadingSource::Given);

  const Engine engine(fixture.policy.program);
  Workspace workspace(engine);
  request.readings = {{"shrot", "true"}};
  CHECK(engine.decide(request, reader, workspace).error().code == "R0734");
  request.readings = {{"short", "7"}};
  CHECK(engine.decide(request, reader, workspace).error().code == "R0733");
  CHECK(engine.parse_given("hard", "?")->reading.state == ReadingState::Unknown);
  CHECK(engine.parse_given("hrad", "?").error().code == "R0734");
}

TEST_CASE("when the deadline has passed all that is pending has failed") {
  Fixture fixture;
  test::TableReader reader(fixture.policy.manifest(), {{"short", known(true)}, {"attack", known(true)}});
  const Decision decision = fixture.decide(reader, {.deadline_us = 0}, {});
  CHECK((fixture.route(decision) == "otherwise" || fixture.route(decision) == "quick" || fixture.route(decision) == "blocked"));
  for (const Reading& reading : decision.readings) CHECK(reading.state != ReadingState::Pending);
}

TEST_CASE("without models their signals are unknown") {
  Fixture fixture;
  test::TableReader reader(fixture.policy.manifest(), {{"short", known(true)}});
  const Decision decision = fixture.decide(reader, {.no_models = true});
  CHECK(fixture.route(decision) == "quick");
  CHECK(reader.asked == Names{"short"});
  CHECK(decision.readings[0].state == ReadingState::Unknown);
}

TEST_CASE("guards are listed, nothing is decided") {
  Fixture fixture;
  test::TableReader reader(
      fixture.policy.manifest(),
      {{"short", known(true)}, {"attack", known(true)}, {"hard", known(true)}, {"words", known(false)}, {"far", known(true)}});
  const Decision decision = fixture.decide(reader, {.guards = true});
  CHECK(decision.fires == Names{"blocked", "quick", "mark"});
  CHECK_FALSE(decision.route);
  const auto json = nlohmann::json::parse(decision_json(fixture.policy.manifest(), decision, false));
  CHECK(json["outcome"].is_null());
  CHECK(json["route"].is_null());
  CHECK(json["fires"].size() == 3);
}

TEST_CASE("why, and what came nearest") {
  Fixture fixture;
  test::TableReader reader(fixture.policy.manifest(), {{"short", known(true)}, {"attack", known(false)}, {"far", known(true)}});
  const Decision brief = fixture.decide(reader);
  REQUIRE(brief.why.size() == 1);
  CHECK(brief.why[0].rule == "quick");
  CHECK(brief.why[0].result == TestResult::True);
  CHECK_FALSE(brief.near);
  const Decision full = fixture.decide(reader, {.explain = ExplainLevel::Full});
  REQUIRE(full.why.size() == 2);
  CHECK(full.why[0].rule == "blocked");
  CHECK(full.why[0].result == TestResult::False);
  REQUIRE(full.near);
  CHECK(fixture.policy.manifest().routes[full.near->route].name == "blocked");
  CHECK(full.near->failed.size() == 1);
}

TEST_CASE("the document has every field") {
  Fixture fixture;
  test::TableReader reader(fixture.policy.manifest(), {{"short", known(true)}, {"attack", known(true)}, {"far", known(true)}});
  Request request;
  request.id = "r1";
  request.seed = 7;
  const Decision decision = fixture.decide(reader, {}, request);
  const auto json = nlohmann::json::parse(decision_json(fixture.policy.manifest(), decision, false));
  for (const char* key : {"schema", "id", "policy", "seed", "outcome", "route", "rules", "fires", "slots", "candidates", "effects",
                          "denied", "selector", "readings", "why", "near", "decide_ns", "signals_us"}) {
    INFO(key);
    CHECK(json.contains(key));
  }
  CHECK(json["schema"] == "signalbox.decision/1");
  CHECK(json["outcome"] == "deny");
  CHECK(json["denied"]["status"] == 403);
  CHECK(json["effects"][0]["name"] == "x-far");
  CHECK(json["readings"]["attack"]["cost_class"] == "model");
  CHECK_FALSE(json["readings"].contains("hard"));
  CHECK(nlohmann::json::parse(error_json("x", {"R0730", "m"}))["error"]["code"] == "R0730");
}

}  // namespace
}  // namespace sbx
