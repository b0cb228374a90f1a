// SPDX-License-Identifier: Apache-2.0
// Edits of a document leave what they do not touch as it came.
#include <doctest/doctest.h>

#include <functional>

#include "runtime/effects/edit_json.h"

namespace sbx::effects {
namespace {

struct Row {
  std::string before;
  std::function<void(JsonContainer&)> edit;
  std::string after;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    auto document = JsonDocument::open(row.before);
    INFO(row.before);
    REQUIRE(document.ok());
    CHECK(document->finish() == row.before);
    row.edit(document->root());
    CHECK(document->finish() == row.after);
  }
}

TEST_CASE("members are set at their place or at the end") {
  const auto set = [](JsonContainer& root) { root.set("model", "\"x\""); };
  check({
      {R"({})", set, R"({"model":"x"})"},
      {" \n{ } \n", set, " \n{\"model\":\"x\" } \n"},
      {R"({"a":1})", set, R"({"a":1,"model":"x"})"},
      {R"({ "a" : 1 })", set, R"({ "a" : 1,"model":"x" })"},
      {R"({ "model" : "auto" , "a":1.50e3})", set, R"({ "model" : "x" , "a":1.50e3})"},
      {R"({"mod\u0065l":"auto"})", set, R"({"mod\u0065l":"x"})"},
      {R"({"model":"a","b":[ ],"model":{"c":[1]}})", set, R"({"b":[ ],"model":"x"})"},
      {R"({"model":null})", set, R"({"model":"x"})"},
      {"\xEF\xBB\xBF{\"model\":\"a\"}", set, "\xEF\xBB\xBF{\"model\":\"x\"}"},
      {R"({"deep":{"model":"a"},"s":"\"model\":\"a\""})", set, R"({"deep":{"model":"a"},"s":"\"model\":\"a\"","model":"x"})"},
      {R"({"":"","model":"é\ud83d\ude00"})", set, R"({"":"","model":"x"})"},
  });
}

TEST_CASE("members are removed with one comma") {
  const auto remove = [](JsonContainer& root) { root.remove("x"); };
  check({
      {R"({"x":1})", remove, R"({})"},
      {R"({ "x" : 1 })", remove, R"({  })"},
      {R"({"x":1,"a":2})", remove, R"({"a":2})"},
      {R"({"a":2 , "x":[1,2]})", remove, R"({"a":2})"},
      {R"({"a":2,"x":{"x":1},"b":3})", remove, R"({"a":2,"b":3})"},
      {R"({"x":1,"x":2,"a":3,"x":4,"x":5})", remove, R"({"a":3})"},
      {R"({"x":1,"x":2})", remove, R"({})"},
  });
}

TEST_CASE("what goes and what comes in one object") {
  const auto edit = [](JsonContainer& root) {
    root.remove("x");
    root.set("y", "2");
    root.set("z", "3");
  };
  check({
      {R"({"x":1})", edit, R"({"y":2,"z":3})"},
      {R"({"x":1,"a":1,"x":1})", edit, R"({"a":1,"y":2,"z":3})"},
      {R"({"y":1,"x":1})", edit, R"({"y":2,"z":3})"},
  });
}

TEST_CASE("elements are filtered, put before and behind") {
  const auto edit = [](JsonContainer& root) {
    JsonContainer* list = root.array(root.find("l"));
    if (list == nullptr) return;
    for (JsonItem& item : list->items()) item.removed = list->json(item) == "0";
    list->prepend("\"p\"");
    list->append("\"q\"");
  };
  check({
      {R"({"l":[]})", edit, R"({"l":["p","q"]})"},
      {R"({"l":[0]})", edit, R"({"l":["p","q"]})"},
      {R"({"l":[ 1 , 0 ]})", edit, R"({"l":[ "p",1,"q" ]})"},
      {R"({"l":[0,1,0,[2],0]})", edit, R"({"l":["p",1,[2],"q"]})"},
      {R"({"l":{"a":1}})", edit, R"({"l":{"a":1}})"},
  });
}

TEST_CASE("one level down, and what was opened counts only where it changed") {
  const auto edit = [](JsonContainer& root) {
    JsonContainer* inside = root.object(root.find("o"));
    REQUIRE(inside != nullptr);
    inside->set("k", "true");
    CHECK(root.object(root.find("none")) == nullptr);
  };
  check({
      {R"({"o":{},"a":1})", edit, R"({"o":{"k":true},"a":1})"},
      {R"({"o": { "k" : false , "l":1 } })", edit, R"({"o": { "k" : true , "l":1 } })"},
      {R"({"o":{"k":true}})", edit, R"({"o":{"k":true}})"},
  });
}

TEST_CASE("what is no document") {
  const auto code = [](std::string_view bytes) {
    const auto document = JsonDocument::open(bytes);
    return document ? std::string("ok") : document.error().code;
  };
  CHECK(code("") == "R0730");
  CHECK(code(" \n") == "R0730");
  CHECK(code("[1]") == "R0732");
  CHECK(code("\"a\"") == "R0732");
  CHECK(code("{\"a\":\"\xff\"}") == "R0730");
  CHECK(code("{\"a\":1") == "R0730");
  CHECK(code("{\"a\":\"x") == "R0730");
  CHECK(code("{\"messages\":[{\"role\"") == "R0730");
  CHECK(code("{\"a\":1} x") == "R0730");
  CHECK(code("{\"a\" 1}") == "R0730");
  CHECK(code("{\"a\":}") == "R0730");
  CHECK(code("{\"a\":" + std::string(2000, '[') + std::string(2000, ']') + "}") == "ok");
}

TEST_CASE("texts") {
  CHECK(json_text("a\"b\\c\n\t\x01é") == "\"a\\\"b\\\\c\\n\\t\\u0001é\"");
  CHECK(before_json_text("x\n", R"("\u0041")") == R"("x\n\u0041")");
}

}  // namespace
}  // namespace sbx::effects
