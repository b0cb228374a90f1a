// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/retrievers.h"

#include <simdjson.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "runtime/gateway/fallbacks.h"

namespace sbx::gateway {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kMostAnswerBytes = 8 << 20;

std::string query_json(const RetrieverSettings& settings, const std::string& query, const RetrieverUse& use) {
  nlohmann::ordered_json body{{"query", query}};
  if (settings.kind == RetrieverSettings::Kind::OpenAi) {
    body["max_num_results"] = use.top;
    if (use.floor) body["ranking_options"] = {{"score_threshold", *use.floor}};
  } else {
    body["top_k"] = use.top;
  }
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string_view first_text(const object& from, std::initializer_list<std::string_view> names) {
  std::string_view text;
  for (const std::string_view name : names) {
    if (from[name].get(text) == simdjson::SUCCESS && !text.empty()) return text;
  }
  return {};
}

/// Of parts, as a vector store has them.
std::string joined_parts(const object& from) {
  std::string text;
  array parts;
  if (from["content"].get(parts) != simdjson::SUCCESS) return text;
  for (const element one : parts) {
    object part;
    if (one.get(part) == simdjson::SUCCESS) text.append(text.empty() ? "" : "\n").append(first_text(part, {"text"}));
  }
  return text;
}

std::optional<effects::Passage> passage_of(const element& one, const RetrieverUse& use) {
  std::string_view said;
  if (one.get(said) == simdjson::SUCCESS) return use.floor ? std::nullopt : std::optional(effects::Passage{std::string(said), {}});
  object found;
  if (one.get(found) != simdjson::SUCCESS) return std::nullopt;
  double score = 0;
  const bool has_score = found["score"].get(score) == simdjson::SUCCESS;
  if (use.floor && (!has_score || score < *use.floor)) return std::nullopt;
  effects::Passage passage{std::string(first_text(found, {"text", "content", "page_content"})),
                           std::string(first_text(found, {"source", "filename", "title", "url"}))};
  if (passage.text.empty()) passage.text = joined_parts(found);
  return passage.text.empty() ? std::nullopt : std::optional(std::move(passage));
}

std::optional<array> list_in(const element& root) {
  array list;
  if (root.get(list) == simdjson::SUCCESS) return list;
  for (const std::string_view name : {"data", "results", "documents", "matches", "hits"}) {
    if (root[name].get(list) == simdjson::SUCCESS) return list;
  }
  return std::nullopt;
}

}  // namespace

RetrieverUse use_of(const Target& retriever) {
  RetrieverUse use;
  use.lead = "What follows was found for the question below. Use what helps, and say where it is from.";
  for (const auto& [name, value] : retriever.fields) {
    const auto* number = std::get_if<Decimal>(&value.value);
    if (name == "top" && number != nullptr) use.top = number->digits;
    if (name == "at_most" && number != nullptr) use.at_most = number->digits;
    if (name == "floor" && number != nullptr)
      use.floor = static_cast<double>(scaled(*number, 6, Rounding::HalfAwayFromZero).value_or(0)) / 1e6;
    const auto* text = std::get_if<std::string>(&value.value);
    const auto* flag = std::get_if<bool>(&value.value);
    if (name == "lead" && text != nullptr) use.lead = *text;
    if (name == "required" && flag != nullptr) use.required = *flag;
  }
  return use;
}

Result<std::vector<effects::Passage>> read_passages(std::string_view json, const RetrieverUse& use) {
  simdjson::dom::parser parser;
  element root;
  const bool is_json = parser.parse(json.data(), json.size()).get(root) == simdjson::SUCCESS;
  const std::optional<array> list = is_json ? list_in(root) : std::nullopt;
  if (!list) return Error{"R0732", "its answer is no list of passages"};
  std::vector<effects::Passage> passages;
  for (const element one : *list) {
    if (passages.size() == static_cast<size_t>(use.top)) break;
    if (std::optional<effects::Passage> passage = passage_of(one, use)) passages.push_back(std::move(*passage));
  }
  return passages;
}

Retriever::Retriever(RetrieverSettings settings, http::Url url, http::Tls tls)
    : settings_(std::move(settings)), endpoint_({.url = settings_.url}, {}, std::move(url), std::move(tls)) {}

Result<std::unique_ptr<Retriever>> Retriever::make(const RetrieverSettings& settings) {
  Result<http::Url> url = http::parse_url(settings.url);
  if (!url) return url.error();
  http::Tls tls;
  if (url->tls) {
    Result<http::Tls> made = http::client_tls({{}, {}, settings.ca_file});
    if (!made) return made.error();
    tls = std::move(*made);
  }
  return std::unique_ptr<Retriever>(new Retriever(settings, std::move(*url), std::move(tls)));
}

http::Task<Result<std::vector<effects::Passage>>> Retriever::find(Pools& pools, std::string query, const RetrieverUse& use,
                                                                  http::Socket* client) {
  if (!endpoint_.circuit().admits()) co_return Error{"R0766", "it has failed several times in a row, and is left alone for a while"};
  http::Request request{.method = "POST",
                        .target = settings_.path,
                        .headers = {{"content-type", "application/json"}, {"accept", "application/json"}},
                        .body = query_json(settings_, query, use)};
  if (!settings_.key.empty()) request.headers.emplace_back("authorization", "Bearer " + settings_.key);
  const auto time = std::chrono::milliseconds(settings_.timeout_ms);
  const http::CallTimes times{time, time, time};
  http::Call call(pools.of(endpoint_), times);
  http::CallEnd end = co_await call.send(request, client);
  std::string answer;
  if (end == http::CallEnd::Ok) end = co_await call.read_all(answer, kMostAnswerBytes);
  const bool is_well = end == http::CallEnd::Ok && call.status() < 500;
  if (is_well)
    endpoint_.circuit().succeeded();
  else if (end != http::CallEnd::Left)
    endpoint_.circuit().failed();
  if (end != http::CallEnd::Ok)
    co_return Error{"R0766", end == http::CallEnd::TimedOut ? "it takes too long" : "it cannot be reached, or its answer is no HTTP"};
  if (call.status() >= 300) co_return Error{"R0766", "it answers " + std::to_string(call.status())};
  co_return read_passages(answer, use);
}

Result<Retrievers> make_retrievers(const std::vector<RetrieverSettings>& settings) {
  Retrievers all;
  for (const RetrieverSettings& one : settings) {
    Result<std::unique_ptr<Retriever>> retriever = Retriever::make(one);
    if (!retriever) return retriever.error();
    all.emplace(one.name, std::move(*retriever));
  }
  return all;
}

}  // namespace sbx::gateway
