// SPDX-License-Identifier: Apache-2.0
// Shadows decide beside, canaries decide for a share of those who ask.
#include "tests/unit/gateway_policies_rig.h"

using namespace sbx;
using namespace sbx::test;

namespace {

/// As the gateway serves: by the live one, and by the shadow beside it.
std::string serve(Gateway& gateway, const Request& request) {
  const auto pick = gateway.policies->pick(request);
  const Result<Decision> decided = pick.generation->decide(request, {});
  REQUIRE(decided.ok());
  if (pick.shadow) {
    const Result<Decision> shadowed = pick.shadow->decide(request, {});
    REQUIRE(shadowed.ok());
    gateway.policies->compare(*pick.generation, *decided, *pick.shadow, *shadowed);
  }
  if (decided->attempts.empty()) return "";
  return pick.generation->manifest().models[decided->attempts.front().model].name;
}

/// Decides calm requests as numbered(1) does, and urgent ones by another model.
const std::string kOther = [] {
  std::string text = numbered(1);
  text.replace(text.find("provider: a"), 11, "provider: b");
  return text;
}();

}  // namespace

TEST_CASE("a shadow is counted where it would send something else") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  REQUIRE(gateway.post(kOther, "?activate=0").status == 200);
  CHECK(gateway.json("PUT", "/admin/shadow", R"({"generation":2})")["shadow"]["generation"] == 2);
  for (int i = 0; i < 10; ++i) CHECK(serve(gateway, request_of(i % 2 == 0 ? "urgent secret" : "calm secret")) == (i % 2 == 0 ? "m1" : ""));
  Json shadow = gateway.status()["shadow"];
  CHECK(shadow["requests"] == 10);
  CHECK(shadow["different"] == 5);
  CHECK(shadow["moves"] == Json::parse(R"([{"live":"r1","shadow":"r1","count":5}])"));
  CHECK(shadow["samples"].size() == 3);
  CHECK(shadow["samples"][0]["live"]["models"] == Json{"m1"});
  CHECK(shadow.dump().find("secret") == std::string::npos);

  // A decision of the shadow that was there before does not count for the next.
  const auto late = gateway.policies->pick({});
  CHECK(gateway.json("DELETE", "/admin/shadow")["shadow"].is_null());
  CHECK(gateway.policies->pick({}).shadow == nullptr);
  REQUIRE(gateway.post(numbered(1) + "// again\n", "?activate=0").status == 200);
  gateway.json("PUT", "/admin/shadow", R"({"generation":3})");
  gateway.policies->compare(*late.generation, {}, *late.shadow, {});
  CHECK(gateway.status()["shadow"]["requests"] == 0);
  serve(gateway, request_of("urgent"));
  CHECK(gateway.status()["shadow"]["different"] == 0);
}

TEST_CASE("a shadow that is activated is no shadow any more") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  REQUIRE(gateway.post(kOther, "?activate=0").status == 200);
  gateway.json("PUT", "/admin/shadow", R"({"generation":2})");
  gateway.ask("POST", "/admin/policies/2/activate");
  CHECK(gateway.status()["shadow"].is_null());
}

TEST_CASE("a canary decides for its share, always for the same ones") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  REQUIRE(gateway.post(numbered(2), "?activate=0").status == 200);
  constexpr int kUsers = 20'000;
  const auto taken = [&](const std::string& percent) {
    gateway.json("PUT", "/admin/canary", R"({"generation":2,"key":"user.id","percent":)" + percent + "}");
    std::vector<bool> in;
    for (int i = 0; i < kUsers; ++i) in.push_back(gateway.policies->pick(request_of("", "user-" + std::to_string(i))).canary);
    return in;
  };
  const auto count = [](const std::vector<bool>& in) { return std::count(in.begin(), in.end(), true); };
  const std::vector<bool> ten = taken("10"), thirty = taken("30");
  CHECK(std::abs(count(ten) - kUsers / 10) < 5 * 43);  // five standard deviations
  CHECK(std::abs(count(thirty) - kUsers * 3 / 10) < 5 * 65);
  CHECK(taken("10") == ten);
  int lost = 0;
  for (int i = 0; i < kUsers; ++i) lost += ten[i] && !thirty[i];
  CHECK(lost == 0);
  CHECK(count(taken("0")) == 0);
  CHECK(count(taken("100")) == kUsers);
  CHECK(count(taken("0.5")) > 0);
  CHECK(gateway.status()["canary"]["requests"] == kUsers);
  MESSAGE("of ", kUsers, " users 10 % are ", count(ten), " and 30 % are ", count(thirty));
}

TEST_CASE("a canary decides whole requests, and only of those who have its key") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  REQUIRE(gateway.post(numbered(2), "?activate=0").status == 200);
  gateway.json("PUT", "/admin/canary", R"_({"generation":2,"key":"header(\"x-team\")","percent":100})_");
  Request request = request_of("urgent", "somebody");
  CHECK(serve(gateway, request) == "m1");
  request.headers = {{"x-team", "blue"}};
  CHECK(serve(gateway, request) == "m2");
  CHECK(gateway.json("GET", "/admin/canary")["canary"]["without_key"] == 1);
  // It stays through a load of the file, and is kept however many generations come.
  for (int i = 3; i < 12; ++i) REQUIRE(gateway.post(object_of(numbered(i))).status == 200);
  CHECK(serve(gateway, request) == "m2");
  gateway.json("DELETE", "/admin/canary");
  CHECK(serve(gateway, request) == "m11");
}
