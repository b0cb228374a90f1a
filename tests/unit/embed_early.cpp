// SPDX-License-Identifier: Apache-2.0
// What the head of a request settles, and what it must not.
#include "runtime/embed/c_handles.h"
#include "runtime/embed/inspect.h"
#include "tests/unit/embed_rig.h"

using namespace sbx;
using namespace sbx::test;

namespace {

/// Models: `able` takes everything, `small` does not, `chatty` only one dialect.
const std::string kModels = R"(
policy p
model able   { provider: a  can: [tools, vision, audio, json] }
model small  { provider: a  context: 8k  can: [tools, vision, audio, json]  price: { in: $1/M, out: $1/M } }
model chatty { provider: a  can: [tools, vision, audio, json]  dialects: [chat]  price: { in: $2/M, out: $2/M } }
input role: text from header("x-role")
)";

struct Host {
  std::shared_ptr<std::atomic<uint64_t>> alive = std::make_shared<std::atomic<uint64_t>>(0);
  std::shared_ptr<embed::Generation> generation;
  Module module;

  explicit Host(const std::string& rest) : module(module_of(kModels + rest)) {
    auto program = std::make_unique<Program>();
    program->module = module;
    program->matcher = interpreter(program->module);
    Result<std::shared_ptr<embed::Generation>> made = embed::Generation::make(std::move(program), alive);
    REQUIRE(made.ok());
    generation = *made;
  }

  /// The model of the first candidate, the route of another outcome, or nothing if the body is needed.
  std::string early(const std::string& role, std::optional<Dialect> dialect = std::nullopt) const {
    Request request;
    request.has_body = false;
    if (!role.empty()) request.headers.emplace_back("x-role", role);
    request.dialect = dialect.value_or(Dialect::Chat);
    const auto decided = generation->decide_early({request, dialect.has_value()}, {});
    REQUIRE(decided.ok());
    if (!*decided) return "body";
    const Decision& decision = **decided;
    if (!decision.attempts.empty()) return module.manifest.models[decision.attempts.front().model].name;
    return decision.route ? module.manifest.routes[*decision.route].name : "otherwise";
  }
};

}  // namespace

TEST_CASE("a guard that the head settles does not wait for the body") {
  const Host host(R"(
signal danger = keywords(any: ["danger"])
first all {
  route barred when role == "guest" { deny 403 "no" }
  route risky  when danger          { deny 451 "no" }
}
otherwise { model = able })");
  CHECK(host.early("guest") == "barred");
  CHECK(host.early("staff") == "body");
  CHECK(embed::needs_body(host.module.manifest));
}

TEST_CASE("a model that fits any body is asked at once, others wait for it") {
  const Host host(R"(
first all {
  route a when role == "able"   { model = able }
  route s when role == "small"  { model = small, then able }
  route c when role == "chatty" { model = chatty }
  route d when role == "cheap"  { model = choose [able, chatty] by cheapest }
  route r when role == "chance" { model = choose [able, able] by random }
}
otherwise { deny 404 "no" })");
  CHECK_FALSE(embed::needs_body(host.module.manifest));
  CHECK(embed::fit_needs_body(host.module.manifest));
  CHECK(host.early("able") == "able");
  CHECK(host.early("small") == "body");
  CHECK(host.early("chatty") == "body");
  CHECK(host.early("chatty", Dialect::Chat) == "chatty");
  CHECK(host.early("chatty", Dialect::Messages) == "c");  // nobody is left, whatever the body
  CHECK(host.early("cheap", Dialect::Chat) == "body");
  CHECK(host.early("chance") == "able");
  CHECK(host.early("nobody") == "otherwise");
}

TEST_CASE("a change of the body's own tools waits for them") {
  const Host host(R"(
otherwise { model = able  tools without ["shell"] })");
  CHECK(host.early("") == "body");
}

TEST_CASE("tools that the policy names may be offered by the body") {
  const std::string plain = "model plain { provider: a  can: [vision, audio, json] }\n";
  CHECK(Host(plain + "otherwise { model = plain, then able }\nalways { rule few { tools only [search] } }").early("") == "body");
  CHECK(Host(plain + "otherwise { model = plain  tools only [search] }").early("") == "body");
  CHECK(Host(plain + "slot tools: set of text = [\"search\"]\notherwise { model = plain, then able }").early("") == "body");
  CHECK(Host(plain + "slot tools: set of text = [\"search\"]\notherwise { model = able }").early("") == "able");
}

TEST_CASE("a rule that reads the body is waited for") {
  const Host host(R"(
signal urgent = keywords(any: ["urgent"])
otherwise { model = able }
always { rule mark when urgent { header "x-urgent" = "1" } })");
  CHECK(host.early("") == "body");
}

TEST_CASE("a body that stays away is unknown, not empty") {
  const Host host(R"(
signal quiet = keywords(none: ["shout"])
first all {
  route calm  when quiet          { model = small }
  route staff when role == "staff" { model = small }
}
otherwise { deny 404 "no" })");
  Request request;
  request.has_body = false;
  request.headers.emplace_back("x-role", "staff");
  const Result<Decision> decided = host.generation->decide_without_body({request, false}, {});
  REQUIRE(decided.ok());
  REQUIRE(decided->route);
  CHECK(host.module.manifest.routes[*decided->route].name == "staff");
  CHECK(decided->attempts.size() == 1);
}

TEST_CASE("an explanation told later is the one told at once") {
  const Host host(R"(
signal urgent = keywords(any: ["urgent"])
first all {
  route a when urgent and role == "staff" { model = able }
  route b when role == "staff"            { model = small }
}
otherwise { model = able })");
  Request request;
  request.headers.emplace_back("x-role", "staff");
  const Result<Decision> at_once = host.generation->decide(request, {.explain = ExplainLevel::Full, .given = {}});
  Result<Decision> later = host.generation->decide(request, {.explain = ExplainLevel::None, .given = {}});
  REQUIRE(at_once.ok());
  REQUIRE(later.ok());
  CHECK(later->why.empty());
  host.generation->explain(*later, true);
  REQUIRE(later->why.size() == at_once->why.size());
  for (size_t i = 0; i < later->why.size(); ++i) {
    CHECK(later->why[i].rule == at_once->why[i].rule);
    CHECK(later->why[i].clause == at_once->why[i].clause);
    CHECK(later->why[i].result == at_once->why[i].result);
  }
  REQUIRE(later->near.has_value() == at_once->near.has_value());
  if (later->near) CHECK(later->near->route == at_once->near->route);
}

TEST_CASE("a generation counts while it lives") {
  auto host = std::make_unique<Host>("otherwise { model = able }");
  const auto alive = host->alive;
  CHECK(*alive == 1);
  host = nullptr;
  CHECK(*alive == 0);
}

TEST_CASE("what the head decided is not lost to a body that makes no sense") {
  sbx_request request{.generation = Host("otherwise { model = able }").generation};
  request.head.body_withheld = true;
  request.decision = Decision{};
  sbx_decision decision{.version = SBX_EMBED_VERSION, .size = sizeof(sbx_decision)};
  REQUIRE(sbx_get_decision(&request, &decision) == SBX_OK);
  CHECK(sbx_body(&request, sbx::test::text("[")) == SBX_BAD_REQUEST);
  CHECK(std::string(sbx_explain(&request).data).find("R0730") != std::string::npos);
  CHECK(sbx_get_decision(&request, &decision) == SBX_OK);
  CHECK(sbx_body(&request, sbx::test::text("{}")) == SBX_OK);
  CHECK(std::string(sbx_explain(&request).data).find("R0730") == std::string::npos);
}
