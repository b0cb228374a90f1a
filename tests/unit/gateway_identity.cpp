// SPDX-License-Identifier: Apache-2.0
// tests: R0763
// Who is believed, what goes on to models, and policies that ask for more than the settings give.
#include "doctest/doctest.h"
#include "runtime/gateway/identity.h"
#include "runtime/gateway/vouching_loader.h"

using namespace sbx;
using namespace sbx::gateway;

namespace {

Settings settings_of_tests() {
  Settings settings;
  settings.providers.push_back({.id = "local"});
  settings.trust.headers = {{"user.id", "x-user"}, {"session.id", "x-session"}};
  settings.trust.verified = {"x-role"};
  return settings;
}

/// A policy that is sound by itself: whatever a test puts into its manifest.
class Ready final : public PolicyLoader {
 public:
  explicit Ready(Manifest manifest) : manifest_(std::move(manifest)) {}
  LoadedPolicy load(const gateway::Candidate&, const std::string&) override {
    auto program = std::make_unique<Program>();
    program->module.manifest = manifest_;
    program->matcher = interpreter(program->module);
    Result<std::shared_ptr<embed::Generation>> generation = embed::Generation::make(std::move(program), std::make_shared<std::atomic<uint64_t>>(0));
    REQUIRE(generation.ok());
    return {.generation = *generation};
  }

 private:
  Manifest manifest_;
};

LoadedPolicy vouched(const Settings& settings, Manifest manifest) {
  Ready ready(std::move(manifest));
  models::Models models({});
  VouchingLoader loader(settings, ready, models);
  return loader.load({}, "");
}

SignalInfo verified_header(const std::string& name) {
  return {.name = "header(\"" + name + "\")", .kind = "header", .arguments = {{"name", {name}}}, .type = {TypeKind::Text, {}, {}}, .verified = true};
}

}  // namespace

TEST_CASE("a policy is refused if its providers or its inputs are not there") {
  const Settings settings = settings_of_tests();
  Manifest sound;
  sound.models.add({.name = "small", .provider = "local"});
  sound.signals.add(verified_header("x-role"));
  CHECK(vouched(settings, sound).generation != nullptr);

  Manifest foreign = sound;
  foreign.models.add({.name = "large", .provider = "openai"});
  const LoadedPolicy refused = vouched(settings, foreign);
  CHECK(refused.generation == nullptr);
  CHECK(refused.status == 422);
  CHECK(refused.document.find("R0763") != std::string::npos);
  CHECK(refused.reason.find("`openai`") != std::string::npos);

  Manifest speaking = sound;
  const SlotId retriever = speaking.slots.add({.name = "retriever", .initial = Constant{std::string("none")}});
  CHECK(vouched(settings, speaking).generation != nullptr);
  speaking.otherwise = Outcome{.candidates = {{.target = Ask{speaking.models.id_at(0), {{.slot = retriever, .cases = {{{}, {std::string("wiki")}}}}}}}}};
  CHECK(vouched(settings, speaking).reason.find("the retriever `wiki` is not among") != std::string::npos);
  Settings looking = settings;
  looking.retrievers.push_back({.name = "wiki"});
  CHECK(vouched(looking, speaking).generation != nullptr);
  looking.ext_proc.listen = "127.0.0.1:0";
  CHECK(vouched(looking, speaking).reason.find("not carried out by an external processor") != std::string::npos);

  Manifest believing = sound;
  believing.signals.add(verified_header("x-tier"));
  CHECK(vouched(settings, believing).reason.find("x-tier") != std::string::npos);
}

TEST_CASE("a client is who its key says, and nobody without one") {
  Settings settings = settings_of_tests();
  settings.clients = {{.key = "secret-a", .id = "ann", .team = "red"}, {.key = "secret-b", .id = "bob"}};
  const auto user = [&](http::Headers headers) -> std::optional<User> {
    Request request;
    const http::Request from{.method = "POST", .target = "/", .headers = std::move(headers)};
    if (!identify(settings, from, request)) return std::nullopt;
    CHECK_FALSE(request.header("authorization"));
    return request.user;
  };
  CHECK(user({{"Authorization", "Bearer secret-a"}})->id == "ann");
  CHECK(user({{"authorization", "bearer secret-a"}})->team == "red");
  CHECK(user({{"x-api-key", "secret-b"}})->id == "bob");
  CHECK_FALSE(user({{"x-api-key", "secret-"}}));
  CHECK_FALSE(user({{"authorization", "Basic secret-a"}}));
  CHECK_FALSE(user({}));
}

TEST_CASE("what a key says of its holder counts before what headers say") {
  Settings settings = settings_of_tests();
  settings.clients = {{.key = "k", .id = "ann"}};
  settings.trust.headers.emplace_back("user.tier", "x-tier");
  Request request;
  const http::Request from{.method = "POST", .target = "/", .headers = {{"authorization", "Bearer k"}, {"x-user", "root"}, {"x-tier", "pro"}}};
  REQUIRE(identify(settings, from, request));
  CHECK(request.user.id == "ann");
  CHECK(request.user.tier == "pro");
}

TEST_CASE("only headers that the settings trust say who asks") {
  const Settings settings = settings_of_tests();
  Request request;
  const http::Request from{.method = "POST", .target = "/", .headers = {{"X-User", "ann"}, {"x-team", "red"}}};
  REQUIRE(identify(settings, from, request));
  CHECK(request.user.id == "ann");
  CHECK_FALSE(request.user.team);
  CHECK(request.header("x-team") == "red");  // a policy may read it, as a claim
}

TEST_CASE("what is for the gateway alone does not go on") {
  Settings settings = settings_of_tests();
  http::Headers headers{{"Host", "h"},        {"Connection", "keep-alive, X-Hop"}, {"x-hop", "1"},         {"Transfer-Encoding", "chunked"}, {"X-User", "ann"},
                        {"accept-encoding", "br"}, {"x-signalbox-route", "r"},      {"authorization", "b"}, {"x-own", "1"}};
  strip_for_upstream(settings, headers);
  CHECK(headers == http::Headers{{"authorization", "b"}, {"x-own", "1"}});
  settings.clients.push_back({.key = "k", .id = "a"});
  strip_for_upstream(settings, headers);
  CHECK(headers == http::Headers{{"x-own", "1"}});
}

TEST_CASE("secrets are equal or not") {
  CHECK(same_secret("abc", "abc"));
  CHECK_FALSE(same_secret("abc", "abd"));
  CHECK_FALSE(same_secret("abc", "ab"));
}
