// SPDX-License-Identifier: Apache-2.0
// Which calls may share an answer by their meaning, and which answers are given again.
#include <doctest/doctest.h>

#include <cmath>

#include "runtime/gateway/semantic_cache.h"

namespace sbx::gateway {
namespace {

std::string scope(Api api, const std::string& body) {
  const std::optional<SemanticQuestion> question = semantic_question(api, body);
  return question ? question->scope : "none";
}

http::Response said(std::string body) { return {.status = 200, .headers = {}, .body = std::move(body)}; }

std::vector<float> at(double degrees) {
  const double angle = degrees * 3.14159265358979 / 180;
  return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
}

}  // namespace

TEST_CASE("all but the last words belongs to the scope") {
  const auto chat = [](const char* system, const char* text, const char* more) {
    return std::string(R"({"model":"m","messages":[{"role":"system","content":")") + system + R"("},{"role":"user","content":")" + text + "\"}]" + more + "}";
  };
  const std::string one = scope(Api::Chat, chat("s", "hello", ""));
  CHECK(one != "none");
  CHECK(one == scope(Api::Chat, chat("s", "hi there", "")));
  CHECK(one != scope(Api::Chat, chat("t", "hello", "")));
  CHECK(one != scope(Api::Chat, chat("s", "hello", R"(,"temperature":0)")));
  CHECK(semantic_question(Api::Chat, chat("s", "hello", ""))->text == "hello");
}

TEST_CASE("what else the last message has belongs to the scope") {
  const auto last = [](const char* more, const char* part) {
    return std::string(R"({"messages":[{"role":"user")") + more + R"(,"content":[{"type":"text","text":"who am I?")" + part + "}]}]}";
  };
  const std::string one = scope(Api::Chat, last("", ""));
  CHECK(one != "none");
  CHECK(one != scope(Api::Chat, last(R"(,"name":"alice")", "")));
  CHECK(one != scope(Api::Chat, last("", R"(,"cache_control":{"type":"ephemeral"})")));
}

TEST_CASE("what is not one text of the user's is not compared") {
  CHECK(scope(Api::Chat, R"({"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]})") != "none");
  CHECK(scope(Api::Responses, R"({"input":"a"})") != "none");
  CHECK(scope(Api::Responses, R"({"input":[{"role":"user","content":[{"type":"input_text","text":"a"}]}]})") != "none");
  for (const char* body : {R"({"messages":[]})", R"({"messages":[{"role":"assistant","content":"a"}]})", R"({"messages":[{"role":"user","content":""}]})",
                           R"({"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url"}]}]})", R"({"messages":[{"role":"user","content":"a"}],"messages":[{"role":"user","content":"b"}]})", R"({"model":"m"})", "{", "[]"})
    CHECK(scope(Api::Chat, body) == "none");
  CHECK(scope(Api::Embeddings, R"({"input":"a"})") == "none");
}

TEST_CASE("the nearest question that is near enough has the answer") {
  SemanticCache cache({.bytes = 1 << 20, .ttl_ms = 60'000, .similarity = std::cos(10 * 3.14159265358979 / 180)});
  cache.keep("s", at(0), said("zero"));
  cache.keep("s", at(15), said("fifteen"));
  CHECK(cache.find("s", at(4))->body == "zero");
  CHECK(cache.find("s", at(9))->body == "fifteen");
  CHECK(cache.find("s", at(30)) == nullptr);
  CHECK(cache.find("other", at(0)) == nullptr);
}

TEST_CASE("old answers go, by time and by bytes") {
  SemanticCache late({.bytes = 1 << 20, .ttl_ms = -1, .similarity = 0.5});
  late.keep("s", at(0), said("a"));
  CHECK(late.find("s", at(0)) == nullptr);
  SemanticCache small({.bytes = 1 << 20, .ttl_ms = 60'000, .similarity = 0.99});
  for (int i = 0; i < 30; ++i) small.keep("s", at(i * 10), said(std::string(100'000, 'x')));
  CHECK(small.find("s", at(0)) == nullptr);
  CHECK(small.find("s", at(290)) != nullptr);
  small.keep("s", at(45), said(std::string(200'000, 'x')));  // more than an eighth
  CHECK(small.find("s", at(45)) == nullptr);
}

}  // namespace sbx::gateway
