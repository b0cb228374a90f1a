// SPDX-License-Identifier: Apache-2.0
// Readings in JSON, in short, and of constants: one raw integer, rounded once, or a refusal.
#include <doctest/doctest.h>

#include "runtime/request/readings.h"

namespace sbx {
namespace {

const Type kProbability{TypeKind::Probability};
const Type kBool{TypeKind::Bool};
const Type kText{TypeKind::Text};
const Type kInt{TypeKind::Int};
const Type kTokens{TypeKind::Tokens};
const Type kMoney{TypeKind::Money};
const Type kDuration{TypeKind::Duration};
const Type kTopic{TypeKind::Label, {"math", "code", "a:b", "none"}};
const Type kSet{TypeKind::Set};
const Type kClosedSet{TypeKind::Set, {"a", "b"}};

std::string shown(const Result<Reading>& reading, const Type& type) {
  if (!reading) return reading.error().code;
  if (reading->state == ReadingState::Unknown) return "unknown";
  if (reading->state == ReadingState::Failed) return "failed " + reading->error;
  if (reading->state == ReadingState::Skipped) return "skipped";
  std::string text = value_json(*reading, type);
  if (reading->confidence) text += " at " + std::to_string(*reading->confidence);
  return text;
}

struct Row {
  const char* text;
  const Type& type;
  const char* expected;
};

TEST_CASE("readings in JSON") {
  const Row rows[] = {
      {"true", kBool, "true"},
      {"1", kBool, "R0733"},
      {"0.5", kProbability, "0.5"},
      {"0.0000005", kProbability, "0.000001"},
      {"0.0000004999", kProbability, "0"},
      {"5e-7", kProbability, "0.000001"},
      {"1.5", kProbability, "R0733"},
      {"1e400", kProbability, "R0733"},
      {"\"0.5\"", kProbability, "R0733"},
      {"3.5", kInt, "4"},
      {"-3.5", kInt, "-4"},
      {"1e5", kTokens, "100000"},
      {"-1", kTokens, "R0733"},
      {"0.05", kMoney, "0.05"},
      {"1.5", kDuration, "1.5"},
      {"\"200ms\"", kDuration, "0.2"},
      {"\"math\"", kTopic, "\"math\""},
      {"\"law\"", kTopic, "R0733"},
      {"null", kTopic, "unknown"},
      {R"({"value":"code","confidence":0.91})", kTopic, "\"code\" at 910000"},
      {R"({"value":"code","confidence":"high"})", kTopic, "R0733"},
      {R"({"scores":{"code":0.7,"math":0.3}})", kTopic, "\"code\" at 700000"},
      {R"({"scores":{"code":0.5,"math":0.5}})", kTopic, "\"math\" at 500000"},
      {R"({"scores":{"law":1}})", kTopic, "R0733"},
      {R"({"scores":{"a":1}})", kBool, "R0733"},
      {R"({"spans":[{"start":0,"end":4,"label":"PERSON"}]})", kBool, "true"},
      {R"({"spans":[]})", kBool, "false"},
      {R"({"spans":[{"start":0,"end":4,"label":"a"},{"start":5,"end":6,"label":"a"}]})", kClosedSet, "[\"a\"]"},
      {R"({"spans":[{"start":4,"end":0}]})", kBool, "R0733"},
      {R"({"state":"unknown"})", kBool, "unknown"},
      {R"({"state":"failed","error":"timeout"})", kBool, "failed timeout"},
      {R"({"state":"skipped","value":null})", kBool, "skipped"},
      {R"({"state":"sad"})", kBool, "R0733"},
      {R"({"valeu":true})", kBool, "R0733"},
      {R"({})", kBool, "R0733"},
      {R"({"value":true,"confidence":null,"state":"known","source":"computed","cost_class":"fast","truncated":false,"us":3})", kBool,
       "true"},
      {R"(["a"])", kClosedSet, "[\"a\"]"},
      {R"(["c"])", kClosedSet, "R0733"},
      {R"(["c",1])", kSet, "R0733"},
      {R"("c")", kSet, "[\"c\"]"},
      {"{", kBool, "R0733"},
  };
  for (const Row& row : rows) {
    INFO(row.text << " as " << to_string(row.type));
    CHECK(shown(parse_reading(row.text, row.type), row.type) == row.expected);
  }
}

TEST_CASE("readings in short") {
  const Row rows[] = {
      {"?", kTopic, "unknown"},
      {"!", kBool, "failed given as failed"},
      {"math", kTopic, "\"math\""},
      {"math:0.91", kTopic, "\"math\" at 910000"},
      {"a:b", kTopic, "\"a:b\""},
      {"a:b:1", kTopic, "\"a:b\" at 1000000"},
      {"math:x", kTopic, "R0733"},
      {"lwa", kTopic, "R0733"},
      {"0.91", kProbability, "0.91"},
      {"5%", kProbability, "0.05"},
      {"32k", kTokens, "32000"},
      {"$5", kMoney, "5"},
      {"0.1234567", kMoney, "0.123457"},
      {"200ms", kDuration, "0.2"},
      {"1.5m", kDuration, "90"},
      {"3 parsecs", kDuration, "R0733"},
      {"", kInt, "R0733"},
      {"yes", kBool, "R0733"},
      {"a,b", kClosedSet, "[\"a\",\"b\"]"},
      {"", kSet, "[]"},
      {"free text: 0.5", kText, "\"free text: 0.5\""},
      {R"({"value":"math","confidence":1})", kTopic, "\"math\" at 1000000"},
      {"\"quoted\"", kText, "\"quoted\""},
      {"[not json", kText, "\"[not json\""},
  };
  for (const Row& row : rows) {
    INFO(row.text << " as " << to_string(row.type));
    CHECK(shown(parse_short_reading(row.text, row.type), row.type) == row.expected);
  }
}

TEST_CASE("constants as readings") {
  CHECK(shown(to_reading({Decimal{5, 1}}, std::nullopt, kProbability), kProbability) == "0.5");
  CHECK(shown(to_reading({Decimal{200'000, 0}}, std::nullopt, kDuration), kDuration) == "0.2");
  CHECK(shown(to_reading({std::string("code")}, Decimal{9, 1}, kTopic), kTopic) == "\"code\" at 900000");
  CHECK(shown(to_reading({std::string("law")}, std::nullopt, kTopic), kTopic) == "R0733");
  CHECK(shown(to_reading({true}, std::nullopt, kInt), kInt) == "R0733");
}

}  // namespace
}  // namespace sbx
