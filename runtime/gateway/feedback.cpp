// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/feedback.h"

#include <simdjson.h>

#include <array>

#include "runtime/gateway/serving.h"

namespace sbx::gateway {

void KnownDecisions::add(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (!told_.emplace(id, false).second) return;
  order_.push_back(id);
  if (order_.size() <= kMost) return;
  told_.erase(order_.front());
  order_.pop_front();
}

KnownDecisions::Told KnownDecisions::tell(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = told_.find(id);
  if (found == told_.end()) return Told::Unknown;
  return std::exchange(found->second, true) ? Told::Before : Told::Now;
}

namespace {

constexpr std::array<std::string_view, 5> kOutcomes{"ok", "malformed", "refused", "timeout", "error"};

/// What is wrong with a document of feedback; empty: nothing. `id` is the decision's.
std::string read_feedback(std::string_view json, std::string& id) {
  simdjson::dom::parser parser;
  simdjson::dom::object root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return "the body is no JSON object";
  for (const auto [key, value] : root) {
    std::string_view text;
    double number = 0;
    if (value.is_null()) continue;
    if (key == "decision") {
      if (value.get(text) != simdjson::SUCCESS) return "`decision` is not a text";
      id = text;
    } else if (key == "outcome") {
      if (value.get(text) != simdjson::SUCCESS || std::ranges::find(kOutcomes, text) == kOutcomes.end())
        return "`outcome` is none of ok, malformed, refused, timeout, error";
    } else if (key == "quality") {
      if (value.get(number) != simdjson::SUCCESS || number < 0 || number > 1) return "`quality` is not between 0 and 1";
    } else if (key == "cost_usd" || key == "latency_ms") {
      if (value.get(number) != simdjson::SUCCESS || number < 0) return "`" + std::string(key) + "` is not a number from 0";
    } else {
      return "`" + std::string(key) + "` is none of decision, quality, outcome, cost_usd, latency_ms";
    }
  }
  return id.empty() ? "`decision` is missing" : "";
}

}  // namespace

http::Response answer_feedback(Serving& serving, const http::Request& request) {
  std::string id;
  if (const std::string wrong = read_feedback(request.body, id); !wrong.empty()) return error_answer(Dialect::Chat, 400, wrong);
  switch (serving.decisions.tell(id)) {
    case KnownDecisions::Told::Unknown:
      return error_answer(Dialect::Chat, 404, "there is no decision `" + id + "`, or it is too long ago", "unknown_decision");
    case KnownDecisions::Told::Before:
      return error_answer(Dialect::Chat, 409, "feedback to `" + id + "` was given already", "already_given");
    case KnownDecisions::Told::Now:
      break;
  }
  return http::json(202, R"({"accepted":true})");
}

}  // namespace sbx::gateway
