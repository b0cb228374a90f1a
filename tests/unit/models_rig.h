// SPDX-License-Identifier: Apache-2.0
// A server that answers as servers of models do, by plain arithmetic: a text's vector is how often it has `a`, `b` and `c`, its label the
// letter that it has most of.
#pragma once

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "http_rig.h"
#include "runtime/models/models.h"

namespace sbx::models {

using Json = nlohmann::json;

inline std::vector<double> letters(const std::string& text) {
  const auto count = [&](char letter) { return static_cast<double>(std::ranges::count(text, letter)); };
  return {count('a'), count('b'), count('c')};
}

struct ModelServer {
  std::atomic<int> calls{0}, texts{0};
  std::atomic<int> delay_ms{0};
  std::atomic<int> fail_first{0};  // so many calls are answered with 503
  std::string garbage;             // said instead of an answer; set it before the first call

  http::Rig rig{[this](http::Exchange& exchange) -> http::Task<void> {
    ++calls;
    if (delay_ms > 0) co_await exchange.socket().loop().sleep_ms(delay_ms);
    http::Response answer{503, {}, "busy"};
    if (fail_first > 0) {
      --fail_first;
    } else {
      answer = {200, {{"content-type", "application/json"}}, garbage.empty() ? this->answer(exchange.request()) : garbage};
    }
    co_await exchange.answer(answer);
  }};

  [[nodiscard]] RemoteSource source(Protocol protocol) const {
    RemoteSource source;
    source.protocol = protocol;
    source.url = "unix:" + rig.path();
    source.model = "letters";
    source.key = "secret";
    source.labels = {"a", "b", "c"};
    source.question = "Which letter?";
    source.timeout_ms = 2'000;
    return source;
  }

 private:
  std::string answer(const http::Request& request) {
    const Json body = Json::parse(request.body);
    if (http::find(request.headers, "authorization") != "Bearer secret") return R"({"error":"no key"})";
    if (request.target == "/v1/embeddings") {
      Json data = Json::array();
      for (const Json& text : body["input"]) ++texts, data.push_back({{"index", 0}, {"embedding", letters(text)}});
      for (size_t i = 0; i < data.size(); ++i) data[i]["index"] = i;
      std::reverse(data.begin(), data.end());  // the index counts, not the order
      return Json{{"data", data}}.dump();
    }
    if (request.target == "/embed") {
      Json rows = Json::array();
      for (const Json& text : body["inputs"]) rows.push_back(letters(text));
      return rows.dump();
    }
    if (request.target == "/v1/chat/completions") {
      const std::vector<double> counts = letters(body["messages"][1]["content"]);
      const auto best = std::ranges::max_element(counts) - counts.begin();
      const Json label = body["response_format"]["json_schema"]["schema"]["properties"]["label"]["enum"][static_cast<size_t>(best)];
      return Json{{"choices", Json::array({{{"message", {{"content", Json{{"label", label}}.dump()}}}}})}}.dump();
    }
    const bool tei = request.target == "/predict";
    const std::vector<double> counts = letters(body[tei ? "inputs" : "input"]);
    const double sum = counts[0] + counts[1] + counts[2];
    if (!tei) return Json{{"data", Json::array({{{"label", "a"}, {"probs", {counts[0] / sum, counts[1] / sum, counts[2] / sum}}}})}}.dump();
    Json rows = Json::array();
    for (const size_t i : {2, 0, 1}) rows.push_back({{"label", std::string(1, static_cast<char>('a' + i))}, {"score", counts[i] / sum}});
    return Json::array({rows}).dump();
  }
};

}  // namespace sbx::models
