// SPDX-License-Identifier: Apache-2.0
// The list of actions, in the order in which they are taken.
#include <algorithm>
#include <array>

#include "runtime/effects/action.h"

namespace sbx::effects {

const Constant* Call::slot(std::string_view name) const {
  for (const SlotValue& value : attempt.slots) {
    if (manifest.slots[value.slot].name == name && !std::holds_alternative<std::monostate>(value.value.value)) return &value.value;
  }
  return nullptr;
}

std::string_view text_of(const Manifest& manifest, const std::vector<SlotValue>& values, std::string_view slot) {
  for (const SlotValue& value : values) {
    const auto* text = std::get_if<std::string>(&value.value.value);
    if (text != nullptr && manifest.slots[value.slot].name == slot) return *text;
  }
  return {};
}

std::vector<std::string> said_in_body(const Manifest& manifest, const Attempt& attempt) {
  constexpr std::array<std::string_view, 7> kSlots{"max_tokens", "prompt_tokens", "reasoning", "tools", "redact", "persona", "adapter"};
  std::vector<std::string> said;
  for (const SlotValue& value : attempt.slots) {
    const std::string& name = manifest.slots[value.slot].name;
    const auto* word = std::get_if<std::string>(&value.value.value);
    const auto* list = std::get_if<ConstantList>(&value.value.value);
    const bool is_nothing = std::holds_alternative<std::monostate>(value.value.value) || (word != nullptr && *word == "none") ||
                            (list != nullptr && list->empty() && name == "redact");
    if (!is_nothing && std::ranges::find(kSlots, name) != kSlots.end()) said.push_back(name);
  }
  return said;
}

Result<std::string> without_personal_data(const Manifest& manifest, const Attempt& attempt, const Request& request, std::string_view body) {
  Result<JsonDocument> document = JsonDocument::open(body);
  if (!document) return document.error();
  Outgoing out;
  Call call{manifest, attempt, request, Provider::OpenAi, document->root(), out};
  redact(call, body);
  return document->finish();
}

Result<Outgoing> apply(const Manifest& manifest, const Attempt& attempt, const Request& request, std::string_view body, Provider provider) {
  Result<JsonDocument> document = JsonDocument::open(body);
  if (!document) return document.error();
  Outgoing out;
  Call call{manifest, attempt, request, provider, document->root(), out};
  name_model(call);
  limit_output(call);
  set_reasoning(call);
  filter_tools(call);
  // Personal data is looked for in all that came, then what is too long is cut; what a persona says is neither looked into nor cut.
  redact(call, body);
  compress(call, *document);
  say_system(call);
  add_headers(call);
  out.body = document->finish();
  return out;
}

}  // namespace sbx::effects
