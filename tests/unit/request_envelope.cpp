// SPDX-License-Identifier: Apache-2.0
// What an envelope says, and what it may not say.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "runtime/request/decode.h"

namespace sbx {
namespace {

TEST_CASE("an envelope gives what surrounds the body") {
  std::ifstream in(std::string(SBX_SOURCE_DIR) + "/tests/data/requests/envelope.json", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const Decoded result = decode_request(bytes);
  REQUIRE(result.request.ok());
  const Request& request = *result.request;
  CHECK(result.id == "r1");
  CHECK(request.header("X-ROLE") == "admin");
  CHECK(request.header("x-list") == "a, b");
  CHECK_FALSE(request.header("none"));
  CHECK(request.metadata_of("project") == "y");
  CHECK(request.metadata_of("n") == "3");
  CHECK(request.metadata_of("deep") == R"({"a":1})");
  CHECK(request.user.tier == "pro");
  CHECK(request.user.roles == std::vector<std::string>{"admin"});
  CHECK(request.user.groups == std::vector<std::string>{});
  CHECK(request.session.previous_model == "small");
  CHECK(request.session.idle_ms == 1500);
  REQUIRE(request.events.size() == 2);
  CHECK(request.events[0].severity == "high");
  CHECK(request.events[1].type == "logout");
  CHECK(request.seed == UINT64_MAX);
  CHECK(request.time_us == 1'777'879'800'250'000);
  REQUIRE(request.readings.size() == 2);
  CHECK(request.readings[0].json == R"({"value":"law","confidence":0.91})");
}

TEST_CASE("a body as a string is the raw bytes") {
  const Decoded good = decode_request(R"({"body":"{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"})");
  REQUIRE(good.request.ok());
  CHECK(good.request->text == "hi");
  const Decoded bad = decode_request(R"({"id":"x","body":"{"})");
  REQUIRE_FALSE(bad.request.ok());
  CHECK(bad.id == "x");
  CHECK(bad.request.error().code == "R0730");
}

TEST_CASE("an envelope has no other keys") {
  for (const char* bytes : {R"({"boddy":1,"body":{}})", R"({"user":{"teir":"pro"},"body":{}})", R"({"session":{"ttl":1},"body":{}})",
                            R"({"time":"yesterday","body":{}})", R"({"body":null})"}) {
    INFO(bytes);
    const Decoded result = decode_request(bytes);
    REQUIRE_FALSE(result.request.ok());
    CHECK(result.request.error().code == "R0731");
  }
  CHECK(decode_request(R"({"user":{"teir":"pro"},"body":{}})").request.error().message.find("`user.teir`") != std::string::npos);
  CHECK(decode_request(R"({"seed":-1,"body":{}})").request.error().code == "R0732");
}

TEST_CASE("what is not given is absent, and defaults hold") {
  const Decoded result = decode_request(R"({"messages":[]})", {.now_us = 77, .seed = 5});
  REQUIRE(result.request.ok());
  CHECK_FALSE(result.request->user.tier);
  CHECK_FALSE(result.request->user.roles);
  CHECK_FALSE(result.request->max_tokens);
  CHECK_FALSE(result.request->session.previous_model);
  CHECK(result.request->time_us == 77);
  CHECK(result.request->seed == 5);
}

TEST_CASE("times") {
  CHECK(parse_time("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_time("2026-05-04T09:30:00Z") == 1'777'887'000'000'000);
  CHECK(parse_time("2026-05-04T09:30:00-01:30") == parse_time("2026-05-04T11:00:00Z"));
  for (const char* text : {"", "2026-05-04", "2026-13-04T00:00:00Z", "2026-02-30T00:00:00Z", "2026-05-04T09:30:00", "2026-05-04T25:30:00Z",
                           "2026-05-04T09:30:00Zx", "2026-05-04T09:30:00.Z"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text));
  }
}

TEST_CASE("lines are read one by one") {
  Lines lines("{\"a\":1}\r\n\n  \n{\"b\":2}");
  CHECK(lines.next() == "{\"a\":1}\r");
  CHECK(lines.next() == "{\"b\":2}");
  CHECK_FALSE(lines.next());
}

}  // namespace
}  // namespace sbx
