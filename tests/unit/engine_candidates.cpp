// SPDX-License-Identifier: Apache-2.0
// Who is asked: narrowing, fit, fallbacks, ends, choices, splits, and what an unserved request gets.
#include <doctest/doctest.h>

#include <algorithm>

#include "runtime/engine/fit.h"
#include "runtime/selectors/selector.h"
#include "tests/unit/engine_rig.h"

namespace sbx {
namespace {

using test::ask;
using Names = std::vector<std::string>;

struct Fixture {
  test::Policy policy;
  ModelId a, b, c;
  SlotId reasoning, tools;

  Fixture() {
    a = policy.model({.name = "a", .provider = "local", .context_tokens = 1000, .output_tokens = 200, .reasoning = {"off", "low"}});
    b = policy.model({.name = "b", .provider = "cloud", .context_tokens = 8000, .tools = true, .vision = true, .json = true});
    c = policy.model({.name = "c", .provider = "cloud", .audio = true, .dialects = {"messages"}});
    policy.manifest().models[a].price_in = Decimal{5, 2};
    policy.manifest().models[a].price_out = Decimal{2, 1};
    policy.manifest().models[b].price_in = Decimal{1, 2};
    policy.manifest().models[b].price_out = Decimal{1, 1};
    policy.route("r", policy.builder->fixed(true), {{ask(a), ask(b), ask(c)}, {}});
    policy.seal();
    reasoning = policy.slot({.name = "reasoning", .type = {TypeKind::Text}});
    tools = policy.slot({.name = "tools", .type = {TypeKind::Set}, .kind = Slot::Kind::Set});
  }
  Outcome& outcome() { return policy.manifest().routes[RouteId{0}].outcome; }
  Decision decide(const Request& request = {}, int64_t tokens = 100) {
    policy.done();
    const Engine engine(policy.program);
    Workspace workspace(engine);
    test::TableReader reader(policy.manifest(), {{"key", test::known("user-1")}});
    reader.tokens = tokens;
    const auto decision = engine.decide(request, reader, workspace);
    REQUIRE(decision.ok());
    return *decision;
  }
  Names models(const Decision& decision) {
    Names names;
    for (const Attempt& attempt : decision.attempts) names.push_back(policy.manifest().models[attempt.model].name);
    return names;
  }
  Names models(const Request& request = {}, int64_t tokens = 100) { return models(decide(request, tokens)); }
};

TEST_CASE("what does not fit is skipped") {
  Fixture fixture;
  Request request;
  CHECK(fixture.models() == Names{"a", "b"});
  SUBCASE("dialect") {
    request.dialect = Dialect::Messages;
    CHECK(fixture.models(request) == Names{"a", "b", "c"});
  }
  SUBCASE("images") {
    request.images = 1;
    CHECK(fixture.models(request) == Names{"b"});
  }
  SUBCASE("audio") {
    request.dialect = Dialect::Messages;
    request.audio = 1;
    CHECK(fixture.models(request) == Names{"c"});
  }
  SUBCASE("tools, but not those that a rule takes away") {
    request.tools = {{"search", {}}};
    CHECK(fixture.models(request) == Names{"b"});
    fixture.policy.rule("none", std::nullopt, {ChangeSlot{fixture.tools, SetChange::Only, {}, {}}});
    CHECK(fixture.models(request) == Names{"a", "b"});
  }
  SUBCASE("JSON") {
    request.format = Format::Json;
    CHECK(fixture.models(request) == Names{"b"});
  }
  SUBCASE("the context, with the output asked for as far as the model can write it") {
    CHECK(fixture.models(request, 1000) == Names{"a", "b"});
    CHECK(fixture.models(request, 1001) == Names{"b"});
    request.max_tokens = 5000;
    CHECK(fixture.models(request, 800) == Names{"a", "b"});
    CHECK(fixture.models(request, 801) == Names{"b"});
    CHECK(fixture.models(request, 3001) == Names{});
  }
  SUBCASE("a reasoning mode") {
    fixture.outcome().actions = {test::set(fixture.reasoning, "high")};
    CHECK(fixture.models() == Names{"b"});
  }
}

TEST_CASE("narrowing takes models away") {
  Fixture fixture;
  NarrowModels local;
  for (const Model& model : fixture.policy.manifest().models) {
    local.keep.push_back(model.provider == "local" ? std::vector<Condition>{{}} : std::vector<Condition>{});
  }
  fixture.policy.rule("home", std::nullopt, {local});
  const Decision decision = fixture.decide();
  CHECK(fixture.models(decision) == Names{"a"});
  CHECK(decision.rules.size() == 1);
}

TEST_CASE("nobody left") {
  Fixture fixture;
  Request request;
  request.audio = 1;
  SUBCASE("what the list ends with") {
    fixture.outcome().candidates.push_back({Denial{413, "too much"}, {}, {}});
    const Decision decision = fixture.decide(request);
    CHECK(decision.outcome == OutcomeKind::Deny);
    CHECK(decision.denied->status == 413);
    CHECK_FALSE(decision.unserved);
    const Decision served = fixture.decide();
    CHECK(served.outcome == OutcomeKind::Route);
    CHECK(std::get<Denial>(*served.after).status == 413);
  }
  SUBCASE("unserved") {
    fixture.policy.manifest().unserved = Outcome{{{Denial{503, "none"}, {}, {}}}, {}};
    const Decision decision = fixture.decide(request);
    CHECK(decision.outcome == OutcomeKind::Deny);
    CHECK(decision.denied->message == "none");
    CHECK(decision.unserved);
    CHECK(decision.route == RouteId{0});
  }
  SUBCASE("without it") { CHECK(fixture.decide(request).denied->status == 503); }
  SUBCASE("an answer, an escalation") {
    fixture.outcome().candidates = {{Response{"hello"}, {}, {}}};
    CHECK(fixture.decide(request).outcome == OutcomeKind::Respond);
    fixture.outcome().candidates = {{Escalation{"desk", "help"}, {}, {}}};
    CHECK(fixture.decide(request).escalation->target == "desk");
  }
}

TEST_CASE("choices are made among those that fit") {
  Fixture fixture;
  fixture.outcome().candidates = {{Selection{{{fixture.a, {}}, {fixture.b, {}}, {fixture.c, {}}}, {{"cheapest", {}}}}, {}, {}}};
  Decision decision = fixture.decide();
  CHECK(fixture.models(decision) == Names{"b"});
  REQUIRE(decision.selector);
  CHECK(decision.selector->name == "cheapest");
  CHECK(decision.selector->terms.size() == 2);
  std::get<Selection>(fixture.outcome().candidates.front().target).by = {{"declared", {}}};
  CHECK(fixture.models() == Names{"a"});
  std::get<Selection>(fixture.outcome().candidates.front().target).by = {{"random", {}}};
  Names seen;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Request request;
    request.seed = seed;
    const Names one = fixture.models(request);
    CHECK(one == fixture.models(request));
    if (std::ranges::find(seen, one.front()) == seen.end()) seen.push_back(one.front());
  }
  CHECK(seen.size() == 2);
}

TEST_CASE("what a selector goes by is read before it chooses, and nothing else is") {
  Fixture fixture;
  const SignalId key = fixture.policy.manifest().signals.add({.name = "key", .type = {TypeKind::Text}});
  const SignalId other = fixture.policy.manifest().signals.add({.name = "other", .type = {TypeKind::Text}, .cost = CostClass::Model});
  const Selector elo{"elo", {{"per", Constant{std::string("key")}}}, {key}};
  fixture.outcome().candidates = {{Selection{{{fixture.a, {}}, {fixture.b, {}}}, {elo}}, {}, {}}};
  const Decision decision = fixture.decide();
  CHECK(decision.readings[key.index].state == ReadingState::Known);
  CHECK(decision.readings[other.index].state == ReadingState::Skipped);
  CHECK(fixture.models(decision) == Names{"a"});
  REQUIRE(decision.selector);
  CHECK(decision.selector->terms[0].parts == std::vector<std::pair<std::string, int64_t>>{{"elo", 1'500'000'000}, {"elo.games", 0}});
}

TEST_CASE("a set is chosen, or none") {
  Fixture fixture;
  const auto choose = [&](Decimal floor, uint32_t up_to, bool or_none) {
    const Selector good{"set_select", {{"floor", Constant{floor}}}, {}};
    fixture.outcome().candidates = {{Selection{{{fixture.a, {}}, {fixture.b, {}}, {fixture.c, {}}}, {good}, up_to, or_none}, {}, {}}};
    return fixture.models();
  };
  CHECK(choose({4, 1}, 1, false) == Names{"a"});
  CHECK(choose({4, 1}, 5, false) == Names{"a", "b"});  // c does not fit
  CHECK(choose({6, 1}, 5, false) == Names{"a", "b"});  // nobody is good enough, but somebody must answer
  CHECK(choose({6, 1}, 5, true) == Names{});
  CHECK(choose({4, 1}, 5, true) == Names{"a", "b"});
}

TEST_CASE("a split is sticky and goes on when its model cannot serve") {
  Fixture fixture;
  const SignalId key = fixture.policy.manifest().signals.add({.name = "key", .type = {TypeKind::Text}});
  fixture.outcome().candidates = {{SplitChoice{{{fixture.a, {}}, {fixture.b, {}}}, {95, 5}, key}, {}, {}}};
  const Decision decision = fixture.decide();
  REQUIRE(decision.attempts.size() == 1);
  CHECK(decision.readings[key.index].state == ReadingState::Known);
  Request other;
  other.seed = 99;
  CHECK(fixture.models(other) == fixture.models(decision));
  CHECK(fixture.models({}, 5000) == Names{"b"});
  const int64_t weights[] = {95, 5};
  int first = 0;
  for (int i = 0; i < 10'000; ++i) first += split_share("user" + std::to_string(i), weights) == 0;
  CHECK(first > 9350);
  CHECK(first < 9650);
}

TEST_CASE("the cost of a call is exact and rounded up") {
  Model model{.name = "m"};
  CHECK_FALSE(call_cost(model, 1, 1));
  model.price_in = Decimal{125, 2};
  model.price_out = Decimal{10, 0};
  CHECK(call_cost(model, 1, 0) == 2);
  CHECK(call_cost(model, 200'000, 16'000) == 410'000);
}

}  // namespace
}  // namespace sbx
