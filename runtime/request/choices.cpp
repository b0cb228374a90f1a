// SPDX-License-Identifier: Apache-2.0
#include "runtime/request/choices.h"

#include "runtime/request/json.h"

namespace sbx {
namespace {

using json::At;
using json::Faults;

std::optional<double> logprob_of(json::Object token, const At& at, Faults& faults) {
  const auto value = json::member(token, "logprob");
  if (!value) faults.report("R0732", "`" + at.text() + "` has no `logprob`");
  return value ? json::number(*value, at / "logprob", faults) : std::nullopt;
}

AnswerToken token_of(json::Object fields, const At& at, Faults& faults) {
  AnswerToken token{.text = std::string(json::loose_text(fields, "token")), .logprob = logprob_of(fields, at, faults).value_or(0), .top = {}};
  const auto value = json::member(fields, "top_logprobs");
  const At here = at / "top_logprobs";
  const auto top = value ? json::array(*value, here, faults) : std::nullopt;
  if (!top) return token;
  size_t i = 0;
  for (const json::Element one : *top) {
    const At place = here[i++];
    const auto other = json::object(one, place, faults);
    if (other) token.top.push_back(logprob_of(*other, place, faults).value_or(0));
  }
  return token;
}

/// `message.content`, or the `text` of a completion.
std::string said_in(json::Object choice) {
  const auto value = json::member(choice, "message");
  json::Object message;
  if (value && value->get(message) == simdjson::SUCCESS) return std::string(json::loose_text(message, "content"));
  return std::string(json::loose_text(choice, "text"));
}

Choice choice_of(json::Object fields, const At& at, Faults& faults) {
  Choice choice{.text = said_in(fields), .tokens = {}};
  const auto value = json::member(fields, "logprobs");
  const At logprobs_at = at / "logprobs";
  const auto logprobs = value ? json::object(*value, logprobs_at, faults) : std::nullopt;
  const auto content = logprobs ? json::member(*logprobs, "content") : std::nullopt;
  const At here = logprobs_at / "content";
  const auto tokens = content ? json::array(*content, here, faults) : std::nullopt;
  if (!tokens) return choice;
  size_t i = 0;
  for (const json::Element one : *tokens) {
    const At place = here[i++];
    if (const auto token = json::object(one, place, faults)) choice.tokens.push_back(token_of(*token, place, faults));
  }
  return choice;
}

}  // namespace

bool is_json_object(std::string_view text) {
  simdjson::dom::parser parser;
  const Result<json::Element> root = json::parse(parser, text);
  return root && root->is_object();
}

Result<std::vector<Choice>> parse_choices(std::string_view text) {
  simdjson::dom::parser parser;
  const std::string list = text.starts_with('[') ? std::string(text) : "[" + std::string(text) + "]";
  const Result<json::Element> root = json::parse(parser, list);
  if (!root) return root.error();
  Faults faults;
  std::vector<Choice> choices;
  const At at{nullptr, kChoices};
  if (const auto items = json::array(*root, at, faults)) {
    size_t i = 0;
    for (const json::Element one : *items) {
      const At place = at[i++];
      if (const auto choice = json::object(one, place, faults)) choices.push_back(choice_of(*choice, place, faults));
    }
  }
  if (faults.any()) return faults.first();
  return choices;
}

}  // namespace sbx
