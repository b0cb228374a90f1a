// SPDX-License-Identifier: Apache-2.0
#include "doctest/doctest.h"
#include "runtime/effects/json_edit.h"

using namespace sbx::effects;

namespace {

std::string changed(std::string_view text, void (*change)(JsonObject&)) {
  sbx::Result<JsonObject> object = JsonObject::read(text);
  REQUIRE(object.ok());
  change(*object);
  return object->text();
}

}  // namespace

TEST_CASE("an object that nothing changes keeps its bytes") {
  for (const char* text : {"{}", " { } ", R"({"a":1})", "{\n \"a\" : [1, {\"b\":\"}\"}] ,\"c\":\"\\\"\" }\n", R"({"a":1,"a":2})", "{\"a\":1.50e+2,\"\\u0062\":null}"}) {
    CAPTURE(text);
    CHECK(changed(text, [](JsonObject&) {}) == text);
  }
}

TEST_CASE("a member is replaced where it stands") {
  const auto to_9 = [](JsonObject& object) { object.set("a", "9"); };
  CHECK(changed(R"({"a":1,"b":2})", to_9) == R"({"a":9,"b":2})");
  CHECK(changed("{ \"b\" : 2 , \"a\" : {\"a\":1} }", to_9) == "{ \"b\" : 2 , \"a\" : 9 }");
  CHECK(changed(R"({"\u0061":"x"})", to_9) == R"({"\u0061":9})");
  CHECK(changed(R"({"a":1,"a":2})", to_9) == R"({"a":9,"a":9})");
}

TEST_CASE("a member that is not there is put first") {
  const auto add = [](JsonObject& object) { object.set("n", "1"), object.set("m", "2"), object.set("n", "3"); };
  CHECK(changed("{}", add) == R"({"m":2,"n":3})");
  CHECK(changed(R"({"a":1})", add) == R"({"m":2,"n":3,"a":1})");
  CHECK(changed("{ \"a\":1}", add) == R"({"m":2,"n":3, "a":1})");
}

TEST_CASE("a member is taken out with its comma") {
  const auto drop = [](JsonObject& object) { object.remove("a"); };
  CHECK(changed(R"({"a":1})", drop) == "{}");
  CHECK(changed(R"({"a":1,"b":2,"c":3})", drop) == R"({"b":2,"c":3})");
  CHECK(changed(R"({"b":2,"a":1,"c":3})", drop) == R"({"b":2,"c":3})");
  CHECK(changed(R"({"b":2,"a":1})", drop) == R"({"b":2})");
  CHECK(changed(R"({"a":1,"a":2,"b":2})", drop) == R"({"b":2})");
  CHECK(changed(R"({"b":2})", drop) == R"({"b":2})");
  CHECK(changed(R"({"a":1,"b":2})", [](JsonObject& object) { object.remove("a"), object.set("a", "3"); }) == R"({"a":3,"b":2})");
}

TEST_CASE("members are found by what readers take") {
  const sbx::Result<JsonObject> object = JsonObject::read(R"({"a":1,"b":{"c":[ ]},"a":"last","\u0064":true})");
  CHECK(object->find("a") == R"("last")");
  CHECK(object->find("b") == R"({"c":[ ]})");
  CHECK(object->find("d") == "true");
  CHECK_FALSE(object->find("c"));
}

TEST_CASE("what is no object or array is refused") {
  for (const char* text : {"", "[]", "1", "{", R"({"a"})", R"({"a":})", R"({"a":1,})", R"({"a":[1})", "{\"a\":\"\x01\"}"}) {
    CAPTURE(text);
    const sbx::Result<JsonObject> object = JsonObject::read(text);
    if (!object) CHECK(object.error().code == "R0732");
  }
  CHECK_FALSE(JsonObject::read("").ok());
  CHECK_FALSE(JsonObject::read("{").ok());
  CHECK_FALSE(json_elements("{}").ok());
  CHECK(json_elements("[1, \"a,b\" ,[2]]")->size() == 3);
  CHECK((*json_elements("[1, \"a,b\" ,[2]]"))[1] == "\"a,b\"");
}

TEST_CASE("texts are quoted and read back") {
  for (const std::string text : {"", "plain", "a\"b\\c", "\n\t\x01", "ü漢"}) CHECK(text_of_json(json_text(text)) == text);
  CHECK_FALSE(text_of_json("1"));
}
