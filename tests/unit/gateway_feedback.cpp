// SPDX-License-Identifier: Apache-2.0
// From a served request to what its feedback teaches, and what a session is remembered by.
#include <doctest/doctest.h>

#include "runtime/gateway/serving.h"
#include "runtime/gateway/states.h"
#include "runtime/http/loop.h"
#include "runtime/selectors/selector.h"
#include "tests/unit/engine_rig.h"

namespace sbx::gateway {
namespace {

struct NoLoader final : PolicyLoader {
  LoadedPolicy load(const Candidate&, const std::string&) override { return {.reason = "none"}; }
};

/// A policy that chooses among a, b, c by what it has learned, and all that serving it takes.
struct Rig {
  Settings settings;
  NoLoader loader;
  Policies policies{settings.policy, loader};
  std::unique_ptr<observe::Observer> observer = std::move(*observe::Observer::make({}, {}));
  models::Models models{{}};
  std::vector<std::unique_ptr<http::Loop>> loops;  // a thread of `serving` lets go of each a moment after it has gone on
  Guardrails guardrails{settings, loader};
  Serving serving{settings, policies, guardrails, models, *observer, {}, {}, {}, {}, AnswerCache(settings.cache), SemanticCache(settings.cache), http::Aside(1), state::memory_store()};
  std::shared_ptr<embed::Generation> generation;

  explicit Rig(ConstantRecord arguments, std::vector<FeedbackRule> rules = {}) {
    test::Policy policy;
    Selection selection{.among = {}, .by = {{"reputation", std::move(arguments), {}}}};
    for (const char* name : {"a", "b", "c"}) selection.among.push_back({policy.model({.name = name}), {}});
    policy.route("r", policy.builder->fixed(true), {{{selection, {}, {}}}, {}});
    policy.seal();
    policy.manifest().feedback = std::move(rules);
    auto program = std::make_unique<Program>();
    program->module = policy.program.module;
    program->matcher = interpreter(program->module);
    auto made = embed::Generation::make(std::move(program), std::make_shared<std::atomic<uint64_t>>());
    REQUIRE(made.ok());
    generation = *made;
  }

  Decision decide() {
    const auto snapshot = serving.store->snapshot();
    const auto decision = generation->decide({}, {.given = {}, .state = snapshot.get()});
    REQUIRE(decision.ok());
    return *decision;
  }
  /// As a request that was served by the `attempt`th candidate.
  void serve(const std::string& id, size_t attempt = 0) {
    observe::Served served{.generation = generation, .decision = decide()};
    served.attempts.push_back({.model = served.decision.attempts[attempt].model, .outcome = "ok", .duration_us = 1'500'000});
    serving.decisions.add(id, std::nullopt);
    serving.decisions.keep(id, choice_of(served));
  }
  int feedback(const std::string& json) {
    int status = 0;
    http::Loop& loop = *loops.emplace_back(std::make_unique<http::Loop>());
    const http::Request request{.method = "POST", .target = "/v1/feedback", .headers = {}, .body = json};
    loop.spawn([&]() -> http::Task<void> {
      const http::Response answer = co_await answer_feedback(serving, request);
      status = answer.status;
      loop.stop();
    });
    loop.run();
    return status;
  }
  std::string first() { return generation->manifest().models[decide().attempts.front().model].name; }
};

TEST_CASE("feedback moves the next choices, once") {
  Rig rig({});
  CHECK(rig.first() == "a");
  rig.serve("one");
  CHECK(rig.feedback(R"({"decision":"one","quality":0.0})") == 202);
  CHECK(rig.first() == "b");
  CHECK(rig.feedback(R"({"decision":"one","quality":1.0})") == 409);
  CHECK(rig.first() == "b");
  CHECK(rig.feedback(R"({"decision":"two","quality":1.0})") == 404);
  CHECK(rig.feedback(R"({"decision":"one","quality":2})") == 400);
  rig.serve("three");
  CHECK(rig.feedback(R"({"decision":"three","quality":1,"outcome":"timeout"})") == 202);  // it failed, whatever the quality
  CHECK(rig.first() == "c");
  rig.serve("four");
  CHECK(rig.feedback(R"({"decision":"four","outcome":"ok"})") == 202);  // says nothing of how good it was
  CHECK(rig.serving.store->snapshot()->find<state::Beta>({"p", "reputation", ""}, "c") == nullptr);
}

TEST_CASE("feedback is the client's own, and waits for the answer's end") {
  KnownDecisions known;
  known.add("one", 1);
  CHECK(known.tell("one", 0).told == KnownDecisions::Told::Unknown);
  CHECK(known.tell("one", std::nullopt).told == KnownDecisions::Told::Unknown);
  CHECK(known.tell("one", 1).told == KnownDecisions::Told::TooEarly);
  known.keep("one", nullptr);
  CHECK(known.tell("one", 1).told == KnownDecisions::Told::Now);
  CHECK(known.tell("one", 1).told == KnownDecisions::Told::Before);
}

TEST_CASE("numbers that nothing costs are refused") {
  Rig rig({});
  rig.serve("one");
  CHECK(rig.feedback(R"({"decision":"one","cost_usd":1e308})") == 400);
  CHECK(rig.feedback(R"({"decision":"one","latency_ms":1e300})") == 400);
}

TEST_CASE("a declared state learns only through its gate") {
  const FeedbackRule rule{{{"quality", ">=", Constant{Decimal{5, 1}}}, {"outcome", "==", Constant{std::string("ok")}}, {"latency", "<", Constant{Decimal{2'000'000, 0}}}}, {"odds"}, {}};
  Rig rig({{"of", Constant{std::string("odds")}}}, {rule});
  const auto alpha = [&] {
    const auto snapshot = rig.serving.store->snapshot();
    const auto* belief = snapshot->find<state::Beta>({"p", "odds", ""}, "a");
    return belief == nullptr ? 1 : belief->alpha;
  };
  int count = 0;
  const auto tell = [&](const std::string& rest) {
    const std::string id = "d" + std::to_string(++count);
    rig.serve(id);
    CHECK(rig.feedback("{\"decision\":\"" + id + "\"," + rest + "}") == 202);
  };
  tell(R"("quality":0.4,"outcome":"ok")");
  tell(R"("quality":0.9)");
  tell(R"("quality":0.9,"outcome":"ok","latency_ms":2000)");
  tell(R"("outcome":"ok")");
  CHECK(alpha() == 1);
  tell(R"("quality":0.9,"outcome":"ok")");  // the gateway saw 1.5 s itself
  CHECK(alpha() == doctest::Approx(1.9));
}

TEST_CASE("what does not choose teaches nothing, and the chance of a choice is told") {
  Rig rig({});
  observe::Served served{.generation = rig.generation, .decision = rig.decide()};
  CHECK(choice_of(served) == nullptr);  // nobody was asked
  REQUIRE(served.decision.selector);
  CHECK(served.decision.selector->from != nullptr);
  CHECK(served.decision.selector->propensity == 1'000'000);
}

TEST_CASE("what a policy remembers, by name and shape") {
  Rig rig({{"per", Constant{std::string("none")}}, {"window", Constant{Decimal{9, 0}}}});
  const std::vector<state::Schema> schemas = schemas_of(rig.generation->manifest());
  REQUIRE(schemas.size() == 1);
  CHECK(schemas[0].state == "reputation");
  CHECK(schemas[0].parameters == "window: 9");
  CHECK(adopt_states(*rig.serving.store, rig.generation->manifest()) == "state of p: reputation new");
  CHECK(adopt_states(*rig.serving.store, rig.generation->manifest()) == "state of p: reputation kept");
}

TEST_CASE("a session is remembered by who answered last, and when") {
  Sessions sessions;
  sessions.answered("s", "small", 1'000'000);
  sessions.answered("s", "large", 2'000'000);
  Request request;
  request.session.id = "s";
  request.time_us = 5'500'000;
  sessions.recall(request);
  CHECK(request.session.previous_model == "large");
  CHECK(request.session.idle_ms == 3'500);
  Request said = request;
  said.session.previous_model = "other";
  sessions.recall(said);
  CHECK(said.session.previous_model == "other");
  Request unknown;
  unknown.session.id = "t";
  sessions.recall(unknown);
  CHECK_FALSE(unknown.session.previous_model);
}

}  // namespace
}  // namespace sbx::gateway
