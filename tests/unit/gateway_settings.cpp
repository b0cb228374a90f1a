// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "runtime/gateway/quantities.h"
#include "tests/unit/gateway_rig.h"

using namespace sbx;
using namespace sbx::gateway;

TEST_CASE("the least that settings must say, and what is so then") {
  const SettingsFolder folder;
  const Read read = folder.read(kLeast);
  REQUIRE_MESSAGE(read.settings, read.findings);
  CHECK(read.findings.empty());
  CHECK(read.settings->listen == "127.0.0.1:8080");
  CHECK(read.settings->admin.listen.empty());
  CHECK(read.settings->policy.path == (folder.path() / "policy.sbx").string());
  CHECK(read.settings->policy.watch);
  REQUIRE(read.settings->providers.size() == 1);
  CHECK(read.settings->providers[0].id == "local");
  CHECK(read.settings->providers[0].kind == effects::Provider::Vllm);
  CHECK(read.settings->providers[0].endpoints[0].weight == 1);
}

TEST_CASE("all settings at once") {
  const SettingsFolder folder;
  setenv("SBX_TEST_KEY", "sk-of-the-environment", 1);
  folder.write("pub.pem", "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n");
  folder.write("server.pem", "");
  folder.write("server.key", "", std::filesystem::perms::owner_read);
  const Read read = folder.read(R"(# everything
listen: 0.0.0.0:8443
threads: 4
admin: {listen: "unix:admin.socket", token_file: key}
tls:
  certificate_file: server.pem
  key_file: server.key
  client_ca_file: server.pem
policy:
  path: policy.sbx
  name: p
  watch: false
  keep: 7
  require_signature: true
  public_key: pub.pem
providers:
  local:
    kind: vllm
    endpoints:
      - url: http://127.0.0.1:8000/v1
        weight: 3
      - unix:vllm.socket:/base
    timeout: {connect: 500ms, first_byte: 1.5s, idle: 1m}
    retries: 2
    health: {path: /health, interval: 5s, timeout: 1s, failures: 5, open: 20s}
    tls: {ca_file: server.pem, certificate_file: server.pem, key_file: server.key}
  azure:
    kind: azure
    endpoints: [{url: "https://x.openai.azure.com"}]
    key_env: SBX_TEST_KEY
    api_version: 2025-01-01
    timeout: 30s
clients:
  - {id: alice, key_env: SBX_TEST_KEY, tier: pro, region: eu, team: core, roles: [dev, ops], groups: [g]}
  - {id: bob, key_file: key}
trust:
  headers: {user.id: x-user, session.id: X-Session}
  metadata: true
limits: {body_bytes: 1MiB, header_bytes: 16384, connections: 500, request_timeout: 10s, drain_timeout: 5s}
state: {store: memory}
decision_log: {path: log.jsonl, mask: [readings.user.id, request.text], rotate_bytes: 8MiB, keep_files: 2, sample: 10%}
otlp:
  endpoint: http://127.0.0.1:4318
  service_name: edge
  headers: {x-team: core, authorization: {env: SBX_TEST_KEY}}
)");
  REQUIRE_MESSAGE(read.settings, read.findings);
  CHECK(read.findings.empty());
  const Settings& all = *read.settings;
  const auto in = [&](const char* name) { return (folder.path() / name).string(); };
  CHECK(all.listen == "0.0.0.0:8443");
  CHECK(all.threads == 4);
  CHECK(all.admin.listen == "unix:" + in("admin.socket"));
  CHECK(all.admin.token == "sk-of-a-file");
  CHECK(all.tls->client_ca_file == in("server.pem"));
  CHECK(all.policy.keep == 7);
  CHECK(all.policy.public_key.starts_with("-----BEGIN"));
  CHECK_FALSE(all.policy.watch);
  const ProviderSettings& local = all.providers[0];
  CHECK(local.endpoints[0].url == "http://127.0.0.1:8000/v1");
  CHECK(local.endpoints[0].weight == 3);
  CHECK(local.endpoints[1].url == "unix:" + in("vllm.socket") + ":/base");
  CHECK(local.connect_timeout_ms == 500);
  CHECK(local.first_byte_timeout_ms == 1500);
  CHECK(local.idle_timeout_ms == 60'000);
  CHECK(local.retries == 2);
  CHECK(local.health.path == "/health");
  CHECK(local.health.failures == 5);
  CHECK(local.health.open_ms == 20'000);
  CHECK(local.key_file == in("server.key"));
  CHECK(local.key.empty());
  CHECK(all.providers[1].key == "sk-of-the-environment");
  CHECK(all.providers[1].api_version == "2025-01-01");
  CHECK(all.providers[1].first_byte_timeout_ms == 30'000);
  CHECK(all.clients[0].roles == std::vector<std::string>{"dev", "ops"});
  CHECK(all.clients[1].key == "sk-of-a-file");
  CHECK(all.trust.headers.size() == 2);
  CHECK(all.trust.headers[1].second == "X-Session");
  CHECK(all.trust.metadata);
  CHECK(all.limits.body_bytes == 1 << 20);
  CHECK(all.limits.header_bytes == 16384);
  CHECK(all.limits.drain_ms == 5000);
  CHECK(all.decision_log.path == in("log.jsonl"));
  CHECK(all.decision_log.sample == doctest::Approx(0.1));
  CHECK(all.decision_log.mask.size() == 2);
  CHECK(all.otlp.headers[1].second == "sk-of-the-environment");
}

TEST_CASE("times, sizes and shares") {
  CHECK(parse_duration("500ms") == 500);
  CHECK(parse_duration("1.25s") == 1250);
  CHECK(parse_duration("2 m") == 120'000);
  CHECK(parse_duration("1h") == 3'600'000);
  for (const char* wrong : {"", "s", "1", "-1s", "1.5ms", "1 day", "1s2", "9999999999999s", "1.s", "0x1s"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
  CHECK(parse_size("0") == 0);
  CHECK(parse_size("32MiB") == 32 << 20);
  CHECK(parse_size("1.5kB") == 1500);
  for (const char* wrong : {"", "MiB", "1mb", "1.0001KiB", "999999999999GiB", "-1", "1.5"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_size(wrong));
  }
  CHECK(*parse_share("25%") == doctest::Approx(0.25));
  CHECK(*parse_share("1") == 1);
  for (const char* wrong : {"", "%", "101%", "1.01", "-0", "-1", "nan", "inf", "1e-3", "0.5x"}) {
    CAPTURE(wrong);
    if (std::string(wrong) != "-0") CHECK_FALSE(parse_share(wrong));
  }
}
