// SPDX-License-Identifier: Apache-2.0
// Signals about answers that came with a request: agreement of several, and how sure the model was of the last.
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/unit/signals_rig.h"

using namespace sbx;
using namespace sbx::signals;
using Json = nlohmann::json;

namespace {

Json saying(const std::string& text) { return {{"message", {{"role", "assistant"}, {"content", text}}}}; }

/// An answer whose tokens have these log-probabilities.
Json with_tokens(const std::vector<std::pair<std::string, double>>& tokens) {
  std::string text;
  Json content = Json::array();
  for (const auto& [token, logprob] : tokens) {
    text += token;
    content.push_back({{"token", token}, {"logprob", logprob}});
  }
  Json choice = saying(text);
  choice["logprobs"] = {{"content", std::move(content)}};
  return choice;
}

Request with_choices(const Json& choices) {
  Request request = request_of("well?");
  request.metadata.emplace_back("choices", choices.dump());
  return request;
}

Request with_answers(const std::vector<std::string>& answers) {
  Json choices = Json::array();
  for (const std::string& answer : answers) choices.push_back(saying(answer));
  return with_choices(choices);
}

Reading read(const char* kind, const Request& request, ConstantRecord arguments = {}, TypeKind type = TypeKind::Number) {
  return read_one(info_of(kind, std::move(arguments), {type}), request);
}

int64_t millionths(double value) { return std::llround(value * 1e6); }

Constant decimal(int64_t digits, int scale) { return {Decimal{digits, scale}}; }

const char* const kAll[] = {"answer.mean_logprob", "answer.min_logprob",  "answer.first_logprob", "answer.certainty",   "answer.uncertain_tokens",
                            "answer.tokens",       "answer.well_formed",  "agreement.distinct",   "agreement.share",    "agreement.sigma",
                            "agreement.margin",    "agreement.consistency"};

}  // namespace

TEST_CASE("without answers, or with ones that cannot be read, all is unknown") {
  for (const char* kind : kAll) {
    const Reading none = read(kind, request_of("well?"));
    CHECK_MESSAGE(none.state == ReadingState::Unknown, kind);
    CHECK(none.error == "no answer came with the request: metadata has no `choices`");
    CHECK(read(kind, with_choices(Json::array())).error == "no answer came with the request: `choices` is empty");
    CHECK(read(kind, with_choices(Json{1})).error == "`choices[0]` is a number, not an object");
  }
  CHECK(read("answer.min_logprob", with_answers({"42"})).error == "the answer came without log-probabilities: its `logprobs` have no `content`");
  CHECK(read("answer.uncertain_tokens", with_choices({with_tokens({{"42", -0.1}})})).error ==
        "the answer came without the likeliest tokens: a token has less than two `top_logprobs`");
}

TEST_CASE("items of a list count as the list") {
  Request request = request_of("well?");
  request.metadata.emplace_back("choices", saying("a").dump() + ", " + saying("b").dump());
  CHECK(raw(read("agreement.distinct", request, {}, TypeKind::Int)) == 2);
}

TEST_CASE("sigma of three answers, over all 27 triples") {
  std::map<int64_t, int> by_sigma;
  for (const char* a : {"x", "y", "z"}) {
    for (const char* b : {"x", "y", "z"}) {
      for (const char* c : {"x", "y", "z"}) ++by_sigma[raw(read("agreement.sigma", with_answers({a, b, c})))];
    }
  }
  CHECK(by_sigma == std::map<int64_t, int>{{0, 3}, {500'000, 18}, {1'000'000, 6}});
}

TEST_CASE("agreement of answers, whatever their case and full stop") {
  const Request votes = with_answers({"Paris", " paris.", "PARIS", "London", "Rome"});
  CHECK(raw(read("agreement.distinct", votes, {}, TypeKind::Int)) == 3);
  CHECK(raw(read("agreement.share", votes)) == 600'000);
  CHECK(raw(read("agreement.margin", votes)) == 400'000);
  CHECK(raw(read("agreement.margin", with_answers({"a", "a"}))) == 1'000'000);
  CHECK(raw(read("agreement.sigma", votes)) == 500'000);
  CHECK(raw(read("agreement.share", with_answers({"a"}))) == 1'000'000);
  CHECK(read("agreement.sigma", with_answers({"a"})).error == "one answer alone agrees with none");
  CHECK(raw(read("agreement.consistency", with_answers({"it is in Paris", "it is in Paris"}))) == 1'000'000);
  CHECK(raw(read("agreement.consistency", with_answers({"it is in Paris", "by train"}))) < 100'000);
}

TEST_CASE("log-probabilities, and certainty by adaptive VLM routing") {
  const Request request = with_choices({saying("an earlier one"), with_tokens({{"The", -0.2}, {" answer", -0.4}, {" is", 0}, {" 42", -1}})});
  CHECK(raw(read("answer.mean_logprob", request)) == -400'000);
  CHECK(raw(read("answer.min_logprob", request)) == -1'000'000);
  CHECK(raw(read("answer.first_logprob", request)) == -200'000);
  CHECK(raw(read("answer.certainty", request)) == 600'000);
  CHECK(raw(read("answer.certainty", with_choices({with_tokens({{"42", 0}})}))) == 1'000'000);
  CHECK(raw(read("answer.tokens", request, {}, TypeKind::Tokens)) == 4);
  CHECK(raw(read("answer.tokens", with_answers({"forty two"}), {}, TypeKind::Tokens)) == 2);
}

TEST_CASE("tokens whose normalised entropy is high") {
  const auto token = [](double p) {  // of two that are likely
    return Json{{"token", "x"}, {"logprob", std::log(p)}, {"top_logprobs", {{{"token", "x"}, {"logprob", std::log(p)}}, {{"token", "y"}, {"logprob", std::log(1 - p)}}}}};
  };
  Json choice = saying("xxxx");
  choice["logprobs"] = {{"content", {token(0.5), token(0.98), token(0.99), token(0.999)}}};  // 1, 0.141, 0.081, 0.011 bits
  const Request request = with_choices({choice});
  CHECK(raw(read("answer.uncertain_tokens", request, {}, TypeKind::Int)) == 2);
  CHECK(raw(read("answer.uncertain_tokens", request, {{"above", decimal(8, 2)}}, TypeKind::Int)) == 3);
  CHECK(raw(read("answer.uncertain_share", request)) == 500'000);
  CHECK(refused(info_of("answer.uncertain_share", {{"above", decimal(1, 0)}})) == "E0306");
}

TEST_CASE("words of hesitation, and how sure the model was around the last") {
  const auto has = [](const std::string& text) {
    return std::get<bool>(read("answer.mentions", with_answers({text}), {{"any", texts({"wait", "let me check"})}}, TypeKind::Bool).value);
  };
  CHECK(has("Hm. Wait, that is 43"));
  CHECK(has("Let me  check that"));
  CHECK(!has("The waiter brings 42"));
  const double sure = std::log(0.9), unsure = std::log(0.5);
  const Request request = with_choices({with_tokens({{"Wait", 0}, {" so", sure}, {" Wa", sure}, {"it", unsure}, {",", sure}, {" waiter", sure}})});
  const ConstantRecord arguments{{"words", texts({"Wait"})}, {"window", decimal(1, 0)}};
  CHECK(raw(read("answer.confidence_at", request, arguments, TypeKind::Probability)) == millionths((0.9 + 0.9 + 0.5) / 3));
  CHECK(read("answer.confidence_at", request, {{"words", texts({"hmm"})}}).error == "the answer has none of the words");
  CHECK(refused(info_of("answer.confidence_at", {{"words", texts({})}})) == "E0306");
  CHECK(refused(info_of("answer.mentions", {{"any", texts({})}})) == "E0306");
}

TEST_CASE("an answer has the form that the request asks for") {
  const auto is_formed = [](Format format, const std::string& text) {
    Request request = with_answers({text});
    request.format = format;
    return std::get<bool>(read("answer.well_formed", request, {}, TypeKind::Bool).value);
  };
  CHECK(is_formed(Format::Json, R"({"a": 1})"));
  CHECK(!is_formed(Format::Json, R"({"a": 1)"));
  CHECK(!is_formed(Format::JsonSchema, "[1]"));
  CHECK(is_formed(Format::Text, "{"));
  CHECK(!is_formed(Format::Text, ""));
}
