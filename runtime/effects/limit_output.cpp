// SPDX-License-Identifier: Apache-2.0
// `max_tokens at most N`: what the client asked is lowered, and said where it asked nothing.
#include <array>
#include <charconv>

#include "runtime/effects/action.h"

namespace sbx::effects {

namespace {

// What the client wrote is no more than the limit. Numbers may be written as 1e3.
bool is_within(std::string_view json, int64_t limit) {
  double asked = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), asked);
  return error == std::errc() && end == json.data() + json.size() && asked <= static_cast<double>(limit);
}

std::string_view usual_name(const Call& call) {
  if (call.request.dialect == Dialect::Responses) return "max_output_tokens";
  const bool is_openai = call.provider == Provider::OpenAi || call.provider == Provider::Azure;
  return call.request.dialect == Dialect::Chat && is_openai ? "max_completion_tokens" : "max_tokens";
}

}  // namespace

void limit_output(Call& call) {
  const Constant* value = call.slot("max_tokens");
  const auto* most = value == nullptr ? nullptr : std::get_if<Decimal>(&value->value);
  if (most == nullptr || call.request.dialect == Dialect::Embeddings || call.is_count()) return;
  const int64_t limit = scaled(*most, 0, Rounding::Down).value_or(INT64_MAX);
  bool is_said = false;
  const std::array<std::string_view, 3> names = {"max_completion_tokens", "max_tokens", "max_output_tokens"};
  for (const std::string_view name : names) {
    const bool is_of_responses = name == "max_output_tokens";
    if (is_of_responses != (call.request.dialect == Dialect::Responses)) continue;
    if (call.request.dialect == Dialect::Messages && name != "max_tokens") continue;
    const JsonItem* asked = call.body.find(name);
    if (asked == nullptr) {
      call.body.remove(name);  // null, which says nothing
      continue;
    }
    is_said = true;
    std::string keeps(call.body.json(*asked));
    call.body.set(name, is_within(keeps, limit) ? std::move(keeps) : std::to_string(limit));
  }
  if (!is_said) call.body.set(usual_name(call), std::to_string(limit));
}

}  // namespace sbx::effects
