// SPDX-License-Identifier: Apache-2.0
// tests: R0773 R0774. The interface for operators: lists, rolling back and forward, dry runs, signatures, and what it refuses.
#include <openssl/evp.h>

#include "runtime/program/signature.h"
#include "tests/unit/gateway_policies_rig.h"

using namespace sbx;
using namespace sbx::test;

namespace {

// The pair of RFC 8410, section 10.3.
const std::string kPrivate =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const std::string kPublic =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  text.resize(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                              static_cast<int>(bytes.size())));
  return text;
}

}  // namespace

TEST_CASE("generations are kept, and activated again in both directions") {
  Gateway gateway(numbered(1), {.watch = false, .keep = 2});
  REQUIRE(gateway.policies->load_path().generation);
  for (int i = 2; i <= 5; ++i) CHECK(gateway.post(object_of(numbered(i))).status == 200);
  Json list = gateway.json("GET", "/admin/policies");
  CHECK(list["generation"] == 5);
  REQUIRE(list["generations"].size() == 3);
  CHECK(list["generations"][0]["generation"] == 3);
  CHECK(gateway.loader->alive() == 3);

  CHECK(gateway.ask("POST", "/admin/policies/3/activate").status == 200);
  CHECK(gateway.serving() == "m3");
  CHECK(gateway.status()["previous"].size() == 2);
  CHECK(gateway.ask("POST", "/admin/policies/5/activate").status == 200);
  CHECK(gateway.serving() == "m5");
  CHECK(gateway.ask("POST", "/admin/policies/1/activate").status == 404);
  CHECK(gateway.serving() == "m5");

  CHECK(gateway.ask("POST", "/admin/policies/3/activate").status == 200);
  CHECK(gateway.post(object_of(numbered(6))).status == 200);  // the oldest that is not needed goes
  CHECK(gateway.json("GET", "/admin/policies")["generations"][0]["generation"] == 4);
}

TEST_CASE("a request keeps the generation that it began with") {
  Gateway gateway(numbered(1), {.watch = false, .keep = 0});
  REQUIRE(gateway.policies->load_path().generation);
  auto pick = gateway.policies->pick({});
  CHECK(gateway.post(object_of(numbered(2))).status == 200);
  CHECK(said_by(*pick.generation) == "m1");
  CHECK(gateway.loader->alive() == 2);
  CHECK(gateway.status()["inflight"]["1"] == 1);
  pick = {};
  CHECK(gateway.loader->alive() == 1);
  CHECK(gateway.status()["inflight"].size() == 1);
}

TEST_CASE("dry runs change nothing; what is not activated can be activated") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  const Json dry = Json::parse(gateway.post(numbered(2), "?dry_run=1").body);
  CHECK(dry["generation"].is_null());
  CHECK(dry["diff"]["equivalent"] == false);
  CHECK(gateway.loader->alive() == 1);
  CHECK(gateway.post("policy", "?dry_run=1").status == 422);
  CHECK(gateway.status()["last_load"]["result"] == "active");

  CHECK(Json::parse(gateway.post(numbered(2), "?activate=0").body)["generation"] == 2);
  CHECK(gateway.serving() == "m1");
  CHECK(gateway.ask("POST", "/admin/policies/2/activate").status == 200);
  CHECK(gateway.serving() == "m2");
}

TEST_CASE("only signed objects where a signature is required") {
  Folder folder;
  const std::string object = object_of(numbered(1)), signature = *sign(object, kPrivate);
  const std::string path = folder.write("p.so", object);
  Gateway gateway("", {.path = path, .watch = false, .require_signature = true, .public_key = kPublic});
  CHECK(gateway.policies->load_path().status == 403);
  folder.write("p.so.sig", signature);
  REQUIRE(gateway.policies->load_path().generation);

  const auto code = [](const http::Response& answer) { return Json::parse(answer.body)["error"]["code"].get<std::string>(); };
  const http::Response text = gateway.post(numbered(2));
  CHECK(text.status == 403);
  CHECK(code(text) == "R0756");
  const http::Response unsigned_object = gateway.post(object_of(numbered(2)));
  CHECK(unsigned_object.status == 403);
  CHECK(code(unsigned_object) == "R0756");
  const auto post_signed = [&](const std::string& bytes, const std::string& by) {
    return gateway.ask("POST", "/admin/policies", bytes, {{"X-Signalbox-Signature", base64(by)}});
  };
  CHECK(post_signed(object_of(numbered(2)), signature).status == 403);
  CHECK(gateway.serving() == "m1");
  const std::string other = object_of(numbered(2));
  CHECK(post_signed(other, *sign(other, kPrivate)).status == 200);
  CHECK(gateway.serving() == "m2");
}

TEST_CASE("what the interface refuses") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  REQUIRE(gateway.post(numbered(2), "?activate=0").status == 200);
  const auto is = [&](const std::string& method, const std::string& target, const std::string& body, int status, const std::string& code) {
    const http::Response answer = gateway.ask(method, target, body, {{"content-type", "application/json"}});
    CAPTURE(target);
    CAPTURE(body);
    CHECK(answer.status == status);
    CHECK(Json::parse(answer.body)["error"]["code"] == code);
  };
  is("POST", "/admin/policies", "", 400, "R0773");
  is("POST", "/admin/policies", "{", 400, "R0773");
  is("POST", "/admin/policies", R"({"path":1})", 400, "R0773");
  is("POST", "/admin/policies", R"({"path":"p","sign":true})", 400, "R0773");
  is("DELETE", "/admin/policies", "", 405, "R0773");
  is("GET", "/admin/policies/9", "", 404, "R0774");
  is("GET", "/admin/policies/9?diff=1", "", 404, "R0774");
  is("GET", "/admin/policies/x", "", 404, "R0774");
  is("GET", "/admin/policies/1/activate", "", 405, "R0773");
  is("PUT", "/admin/shadow", "[]", 400, "R0773");
  is("PUT", "/admin/shadow", R"({"generation":-1})", 400, "R0773");
  is("PUT", "/admin/shadow", R"({"generation":9})", 404, "R0774");
  is("PUT", "/admin/shadow", R"({"generation":1})", 409, "R0773");
  is("POST", "/admin/shadow", "", 405, "R0773");
  is("PUT", "/admin/canary", R"({"generation":2})", 400, "R0773");
  is("PUT", "/admin/canary", R"({"generation":2,"percent":101})", 400, "R0773");
  is("PUT", "/admin/canary", R"({"generation":2,"percent":5,"key":"text"})", 400, "R0773");
  is("PUT", "/admin/canary", R"({"generation":1,"percent":5})", 409, "R0773");
  CHECK_FALSE(gateway.policies->answer({"GET", "/admin/status", {}, ""}));
  CHECK_FALSE(gateway.policies->answer({"GET", "/admin/policies-of-ours", {}, ""}));
}
