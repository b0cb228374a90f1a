// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "runtime/effects/actions.h"

namespace sbx::effects {

namespace {

std::optional<int64_t> number(std::optional<std::string_view> json) {
  int64_t value = 0;
  if (!json || std::from_chars(json->data(), json->data() + json->size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

/// Lowers a member that is there; false if it is not.
bool lower(JsonObject& body, std::string_view name, int64_t most) {
  const std::optional<std::string_view> said = body.find(name);
  if (!said || *said == "null") return false;
  const std::optional<int64_t> value = number(said);
  if (!value || *value > most) body.set(name, std::to_string(most));
  return true;
}

}  // namespace

void limit_tokens(const Call& call, int64_t most) {
  switch (call.request.dialect) {
    case Dialect::Chat: {
      // A client says one of the two, the older one to older models; where it says none, newer interfaces take the newer.
      const bool old = lower(call.body, "max_tokens", most), newer = lower(call.body, "max_completion_tokens", most);
      if (!old && !newer) call.body.set(call.provider == Provider::Vllm ? "max_tokens" : "max_completion_tokens", std::to_string(most));
      return;
    }
    case Dialect::Responses:
      if (!lower(call.body, "max_output_tokens", most)) call.body.set("max_output_tokens", std::to_string(most));
      return;
    case Dialect::Messages:
      if (!lower(call.body, "max_tokens", most)) call.body.set("max_tokens", std::to_string(most));
      return;
    case Dialect::Embeddings:
      return;  // an answer of a fixed size
  }
}

}  // namespace sbx::effects
