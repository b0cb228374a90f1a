// SPDX-License-Identifier: Apache-2.0
// `header "n" = "v"`: a header of the request that goes to the model, or of the answer that a guardrail lets pass.
#include <algorithm>
#include <array>
#include <iterator>

#include "runtime/effects/action.h"

namespace sbx::effects {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

bool is_name(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

// No control character but a tab; and so no second header behind this one.
bool is_value(std::string_view value) {
  return std::ranges::none_of(value, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

// What frames the message is the connection's own.
bool frames(std::string_view name) {
  constexpr std::array<std::string_view, 11> kOwn = {
      "connection", "content-encoding",  "content-length", "expect",          "host", "keep-alive", "te",
      "trailer",    "transfer-encoding", "upgrade",        "proxy-connection"};
  return std::ranges::find(kOwn, lower(name)) != kOwn.end();
}

}  // namespace

SetHeaders headers_of(const Manifest& manifest, const std::vector<SlotValue>& effects) {
  SetHeaders set;
  for (const SlotValue& effect : effects) {
    const Slot& slot = manifest.slots[effect.slot];
    const auto* value = std::get_if<std::string>(&effect.value.value);
    if (!slot.keyed || slot.name != "header" || value == nullptr) continue;
    const std::string said = "header \"" + effect.key + "\"";
    if (!is_name(effect.key)) {
      set.left_out.emplace_back(said, "this is no name of a header");
    } else if (frames(effect.key)) {
      set.left_out.emplace_back(said, "the connection sets it itself");
    } else if (!is_value(*value)) {
      set.left_out.emplace_back(said, "its value holds a control character");
    } else {
      set.headers.emplace_back(effect.key, *value);
    }
  }
  return set;
}

void add_headers(Call& call) {
  SetHeaders set = headers_of(call.manifest, call.attempt.effects);
  std::ranges::move(set.headers, std::back_inserter(call.out.headers));
  std::ranges::move(set.left_out, std::back_inserter(call.out.left_out));
}

}  // namespace sbx::effects
