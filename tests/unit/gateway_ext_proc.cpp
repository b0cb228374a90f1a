// SPDX-License-Identifier: Apache-2.0
// The door for proxies: its settings, and which servers are picked.
#include <doctest/doctest.h>

#include "runtime/gateway/endpoint_picker.h"
#include "tests/unit/gateway_rig.h"

using namespace sbx;
using namespace sbx::gateway;

namespace {

using Names = std::vector<std::string>;

std::unique_ptr<Provider> provider_of(std::vector<EndpointSettings> endpoints) {
  Result<std::unique_ptr<Provider>> provider = Provider::make({.id = "p", .endpoints = std::move(endpoints), .health = {.failures = 1}});
  REQUIRE(provider.ok());
  return std::move(*provider);
}

}  // namespace

TEST_CASE("a door for proxies needs no providers") {
  const SettingsFolder folder;
  const Read read = folder.read("policy: {path: policy.sbx}\next_proc: {listen: \"unix:door\", body: always, body_mode: full_duplex, model_header: x-model, pick_endpoints: true, endpoint_requests: 8}\n");
  REQUIRE_MESSAGE(read.settings, read.findings);
  const ExtProcSettings& door = read.settings->ext_proc;
  CHECK(door.listen == "unix:" + (folder.path() / "door").string());
  CHECK(door.body == ExtProcSettings::Body::Always);
  CHECK(door.body_mode == ExtProcSettings::BodyMode::FullDuplexStreamed);
  CHECK(door.model_header == "x-model");
  CHECK(door.pick_endpoints);
  CHECK(door.endpoint_requests == 8);
}

TEST_CASE("what is wrong with a door for proxies is found") {
  const SettingsFolder folder;
  const auto codes = [&](const std::string& door) { return folder.read(std::string(kLeast) + "ext_proc: " + door + "\n").codes; };
  CHECK(codes("{}") == Names{"R0723"});
  CHECK(codes("{listen: nowhere}") == Names{"R0722"});
  CHECK(codes("{listen: \"unix:door\", body: sometimes}") == Names{"R0722"});
  CHECK(codes("{listen: \"unix:door\", body_mode: [buffered]}") == Names{"R0722"});
  CHECK(codes("{listen: \"unix:door\", model_header: \"a b\"}") == Names{"R0722"});
  CHECK(codes("{listen: \"unix:door\", endpoint_requests: -1}") == Names{"R0722"});
  CHECK(codes("{listen: \"unix:door\", bodies: auto}") == Names{"R0721"});
  CHECK(codes("{listen: \"0.0.0.0:9002\"}") == Names{"R0729"});
}

TEST_CASE("servers: the least busy for its weight first, in the subset, and no more than it may have") {
  const auto provider = provider_of({{"http://10.0.0.1:80", 1}, {"http://10.0.0.2:80", 2}, {"http://10.0.0.3:80", 0}, {"unix:/tmp/s", 1}});
  EndpointPicker picker(4);
  picker.begin("10.0.0.1:80");
  picker.begin("10.0.0.2:80");
  CHECK(picker.pick(provider.get(), std::nullopt).endpoints == Names{"10.0.0.2:80", "10.0.0.1:80"});
  CHECK(picker.pick(provider.get(), Names{"10.0.0.1:80", "10.9.9.9:80"}).endpoints == Names{"10.0.0.1:80"});
  CHECK(picker.pick(provider.get(), Names{}).endpoints.empty());
  CHECK_FALSE(picker.pick(provider.get(), Names{}).busy);
  for (int i = 0; i < 3; ++i) picker.begin("10.0.0.1:80");
  const PickedEndpoints full = picker.pick(provider.get(), Names{"10.0.0.1:80"});
  CHECK(full.endpoints.empty());
  CHECK(full.busy);
  picker.end("10.0.0.1:80");
  CHECK(picker.pick(provider.get(), Names{"10.0.0.1:80"}).endpoints == Names{"10.0.0.1:80"});
}

TEST_CASE("servers that nobody has set up are those of the subset; one that fails is left alone") {
  EndpointPicker picker(0);
  CHECK(picker.pick(nullptr, Names{"10.0.0.1:80"}).endpoints == Names{"10.0.0.1:80"});
  CHECK(picker.pick(nullptr, std::nullopt).endpoints.empty());
  const auto provider = provider_of({{"http://10.0.0.1:80", 1}});
  provider->endpoints().front()->circuit().failed();
  CHECK(picker.pick(provider.get(), std::nullopt).endpoints.empty());
}
