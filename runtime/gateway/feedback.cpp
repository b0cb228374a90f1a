// SPDX-License-Identifier: Apache-2.0
// `POST /v1/feedback`: what a client says of a decision, and what selectors learn from it.
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/gateway/identity.h"
#include "runtime/gateway/serving.h"
#include "runtime/selectors/selector.h"

namespace sbx::gateway {

namespace {

constexpr std::array<std::string_view, 5> kOutcomes{"ok", "malformed", "refused", "timeout", "error"};

constexpr double kMostTold = 1e9;  // dollars, milliseconds

struct Feedback {
  std::string id, outcome;
  std::optional<double> quality, cost_usd, latency_ms;
};

/// What is wrong with a document of feedback; empty: nothing.
std::string read_feedback(std::string_view json, Feedback& feedback) {
  simdjson::dom::parser parser;
  simdjson::dom::object root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return "the body is no JSON object";
  for (const auto [key, value] : root) {
    std::string_view text;
    double number = 0;
    if (value.is_null()) continue;
    if (key == "decision") {
      if (value.get(text) != simdjson::SUCCESS) return "`decision` is not a text";
      feedback.id = text;
    } else if (key == "outcome") {
      if (value.get(text) != simdjson::SUCCESS || std::ranges::find(kOutcomes, text) == kOutcomes.end())
        return "`outcome` is none of ok, malformed, refused, timeout, error";
      feedback.outcome = text;
    } else if (key == "quality") {
      if (value.get(number) != simdjson::SUCCESS || number < 0 || number > 1) return "`quality` is not between 0 and 1";
      feedback.quality = number;
    } else if (key == "cost_usd" || key == "latency_ms") {
      if (value.get(number) != simdjson::SUCCESS || number < 0 || number > kMostTold)
        return "`" + std::string(key) + "` is not a number from 0 to a thousand million";
      (key == "cost_usd" ? feedback.cost_usd : feedback.latency_ms) = number;
    } else {
      return "`" + std::string(key) + "` is none of decision, quality, outcome, cost_usd, latency_ms";
    }
  }
  return feedback.id.empty() ? "`decision` is missing" : "";
}

template <class Value>
bool compares(std::string_view op, const Value& a, const Value& b) {
  if (op == "==") return a == b;
  if (op == "!=") return a != b;
  if (op == "<") return a < b;
  if (op == "<=") return a <= b;
  return op == ">" ? a > b : a >= b;
}

/// What the feedback does not say, and the gateway has not seen, holds nowhere.
bool holds(const FeedbackTest& test, const Lesson& lesson, std::string_view outcome) {
  if (test.field == "outcome") {
    const auto* word = std::get_if<std::string>(&test.value.value);
    return !outcome.empty() && (word == nullptr || compares(test.op, outcome, std::string_view(*word)));
  }
  const std::optional<double>& said = test.field == "quality" ? lesson.quality : test.field == "cost" ? lesson.cost_usd : lesson.latency_ms;
  const auto* limit = std::get_if<Decimal>(&test.value.value);
  if (!said || limit == nullptr) return said.has_value() && test.op == "?";
  const double value = static_cast<double>(limit->digits) / std::pow(10, limit->scale);
  return compares(test.op, *said, test.field == "latency" ? value / 1000 : value);  // durations are in microseconds
}

/// A selector by a declared state learns only through `on feedback`; any other from all that is said.
bool may_learn(const Selector& by, const Lesson& lesson, std::string_view outcome) {
  const auto declared = std::ranges::find(by.arguments, "of", &NamedConstant::first);
  if (declared == by.arguments.end()) return true;
  return std::ranges::any_of(lesson.manifest->feedback, [&](const FeedbackRule& rule) {
    const bool learns = std::ranges::any_of(rule.learns, [&](const std::string& name) { return Constant{name} == declared->second; });
    return learns && std::ranges::all_of(rule.when, [&](const FeedbackTest& test) { return holds(test, lesson, outcome); });
  });
}

/// What the gateway saw itself stands in for what is not said.
Lesson lesson_of(const Choice& choice, const Feedback& feedback) {
  return {.manifest = &choice.generation->manifest(),
          .readings = choice.readings,
          .chosen = choice.chosen,
          .contenders = choice.contenders,
          .quality = feedback.quality,
          .failed = !feedback.outcome.empty() && feedback.outcome != "ok",
          .cost_usd = feedback.cost_usd ? feedback.cost_usd : choice.cost_usd,
          .latency_ms = feedback.latency_ms ? feedback.latency_ms : choice.latency_ms};
}

/// Waits until what is learned outlives the process, if that can be now. An error: nothing is learned.
http::Task<std::optional<Error>> learn(Serving& serving, const Choice& choice, const Feedback& feedback) {
  const Lesson lesson = lesson_of(choice, feedback);
  std::vector<Selector> learners = choice.from->by;
  std::erase_if(learners, [&](const Selector& by) { return !may_learn(by, lesson, feedback.outcome); });
  const std::vector<state::Update> updates = lessons(learners, lesson);
  std::optional<Error> failed;
  const std::function<void()> keep = [&] {
    const Result<state::Applied> applied = serving.store->apply(updates);
    if (!applied) failed = applied.error();
    if (applied) static_cast<void>(serving.store->sync(applied->ticket));  // it counts, and is written once it can be: told again, it would count twice
  };
  if (!updates.empty()) co_await serving.aside.run(keep);
  co_return failed;
}

}  // namespace

http::Task<http::Response> answer_feedback(Serving& serving, const http::Request& request) {
  const std::optional<size_t> client = client_of(serving.settings, request.headers);
  if (!client && !serving.settings.clients.empty())
    co_return error_answer(Dialect::Chat, 401, "the key that was shown is none that is known here", "invalid_api_key");
  Feedback feedback;
  if (const std::string wrong = read_feedback(request.body, feedback); !wrong.empty()) co_return error_answer(Dialect::Chat, 400, wrong);
  const KnownDecisions::Answer known = serving.decisions.tell(feedback.id, client);
  switch (known.told) {
    case KnownDecisions::Told::Unknown:
      co_return error_answer(Dialect::Chat, 404, "there is no decision `" + feedback.id + "`, or it is too long ago", "unknown_decision");
    case KnownDecisions::Told::Before:
      co_return error_answer(Dialect::Chat, 409, "feedback to `" + feedback.id + "` was given already", "already_given");
    case KnownDecisions::Told::TooEarly:
      co_return error_answer(Dialect::Chat, 409, "the answer to `" + feedback.id + "` is still on its way; tell it again when it has ended", "not_ended");
    case KnownDecisions::Told::Now:
      break;
  }
  if (known.choice != nullptr) {
    if (const std::optional<Error> failed = co_await learn(serving, *known.choice, feedback)) {
      serving.decisions.untell(feedback.id);
      co_return error_answer(Dialect::Chat, 503, "what was told cannot be kept now; tell it again later", failed->code);
    }
  }
  co_return http::json(202, R"({"accepted":true})");
}

}  // namespace sbx::gateway
