// SPDX-License-Identifier: Apache-2.0
// The tests that a policy brings along: what is given, what is expected, and what may not be leaned on.
#include <doctest/doctest.h>

#include "runtime/engine/expect.h"
#include "tests/unit/engine_rig.h"

namespace sbx {
namespace {

using test::ask;
using test::known;

struct Fixture {
  test::Policy policy;

  Fixture() {
    const Type topics{TypeKind::Label, {"law", "code", "none"}};
    const LeafId topic = policy.leaf("topic", topics, CostClass::Model);
    const GuardId hard = policy.flag("hard", CostClass::Model);
    const GuardId urgent = policy.flag("urgent", CostClass::Fast);
    const ModelId small = policy.model({.name = "small"});
    const ModelId large = policy.model({.name = "large"});
    const ValueId value = policy.builder->leaf(topic);
    policy.route("emergency", policy.builder->all({urgent, policy.builder->equals(value, 0)}), {{ask(large), ask(small)}, {}});
    policy.route("proof", policy.builder->all({policy.builder->equals(value, 1), hard}), {{ask(large)}, {}});
    policy.manifest().otherwise = Outcome{{ask(small)}, {}};
    policy.seal();
    const SlotId limit = policy.slot({.name = "max_tokens", .type = {TypeKind::Tokens}, .kind = Slot::Kind::Limit});
    policy.rule("brisk", urgent, {LimitSlot{limit, 2000, {}}});
    policy.done();
  }

  TestRun run(const std::vector<TestStep>& steps, bool urgent = true) {
    const Engine engine(policy.program);
    Workspace workspace(engine);
    const MakeReader reader = [&] {
      return std::make_unique<test::TableReader>(policy.manifest(), std::map<std::string, Reading>{{"urgent", known(urgent)}});
    };
    return run_test(engine, reader, workspace, steps);
  }
};

TestReading given(const char* name, Constant value) { return {.name = name, .value = std::move(value)}; }

const std::string kRequest = R"({"body":{"messages":[{"role":"user","content":"hi"}]}})";

TEST_CASE("a test passes, fails, or leans on what it does not name") {
  Fixture fixture;
  const TestReading law = given("topic", {std::string("law")});
  SUBCASE("everything that can matter is given") {
    const TestRun run = fixture.run({{kRequest,
                                      {law},
                                      {{"route", {"emergency"}},
                                       {"model", {"large"}},
                                       {"candidates", {"large", "small"}, true},
                                       {"outcome", {"route"}},
                                       {"rules", {"brisk"}, true},
                                       {"asks", {"topic", "hard"}, true},
                                       {"max_tokens", {"2000"}},
                                       {"topic", {"law"}}}}});
    INFO(run.message << (run.mismatches.empty() ? "" : run.mismatches[0].name + ": " + run.mismatches[0].actual));
    CHECK(run.status == TestStatus::Passed);
  }
  SUBCASE("another outcome") {
    const TestRun run = fixture.run({{kRequest, {law}, {{"route", {"proof"}}, {"model", {"large"}}}}});
    CHECK(run.status == TestStatus::Failed);
    REQUIRE(run.mismatches.size() == 1);
    CHECK(run.mismatches[0].expected == "proof");
    CHECK(run.mismatches[0].actual == "emergency");
  }
  SUBCASE("an unknown that is not named") {
    const TestRun run = fixture.run({{kRequest, {given("topic", {std::string("code")})}, {{"route", {"otherwise"}}}}});
    CHECK(run.status == TestStatus::Error);
    CHECK(run.leaned == std::vector<std::string>{"hard"});
  }
  SUBCASE("an unknown that is named and meant") {
    const TestRun run = fixture.run({{kRequest,
                                      {given("topic", {std::string("code")}), {.name = "hard", .unknown = true}},
                                      {{"route", {"otherwise"}}, {"hard", {"unknown"}}}}});
    CHECK(run.status == TestStatus::Passed);
  }
  SUBCASE("a reading of the wrong type") { CHECK(fixture.run({{kRequest, {given("topic", {true})}, {}}}).status == TestStatus::Error); }
  SUBCASE("a name that a decision does not have") {
    CHECK(fixture.run({{kRequest, {law}, {{"ruote", {"x"}}}}}).status == TestStatus::Error);
  }
}

TEST_CASE("steps of a scenario are held one by one") {
  Fixture fixture;
  const TestReading law = given("topic", {std::string("law")});
  const TestRun run = fixture.run({{kRequest, {law}, {{"route", {"emergency"}}}}, {kRequest, {law}, {{"route", {"otherwise"}}}}});
  CHECK(run.status == TestStatus::Failed);
  CHECK(run.decisions.size() == 2);
  REQUIRE(run.mismatches.size() == 1);
  CHECK(run.mismatches[0].step == 1);
}

}  // namespace
}  // namespace sbx
