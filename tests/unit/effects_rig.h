// SPDX-License-Identifier: Apache-2.0
// An attempt at one model, and what of a body it makes.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "runtime/effects/outgoing.h"
#include "runtime/request/decode.h"

namespace sbx::test {

struct Attempted {
  Manifest manifest;
  Attempt attempt;

  explicit Attempted(const std::string& served_name = "m", std::vector<std::string> reasoning = {}) {
    attempt.model = manifest.models.add({.name = "m", .served_name = served_name, .reasoning = std::move(reasoning)});
  }
  Attempted& slot(const std::string& name, Constant value, Slot::Kind kind = Slot::Kind::Choice) {
    const SlotId id = manifest.slots.add({.name = name, .kind = kind});
    attempt.slots.push_back({id, {}, std::move(value)});
    return *this;
  }
  Attempted& word(const std::string& name, const std::string& value) { return slot(name, {value}); }
  Attempted& target(const std::string& kind, const std::string& name, ConstantRecord fields) {
    manifest.targets.push_back({kind, name, std::move(fields), {}});
    return word(kind, name);
  }
  Attempted& limit(const std::string& name, int64_t value) { return slot(name, {Decimal{value, 0}}, Slot::Kind::Limit); }
  Attempted& tools(const std::vector<std::string>& names) {
    ConstantList list;
    for (const std::string& name : names) list.push_back({name});
    return slot("tools", {std::move(list)}, Slot::Kind::Set);
  }
  Attempted& header(const std::string& name, const std::string& value) {
    const SlotId id = manifest.slots.add({.name = "header", .keyed = true, .effect = true});
    attempt.effects.push_back({id, name, {value}});
    return *this;
  }

  [[nodiscard]] effects::Outgoing applied(Dialect dialect, effects::Provider provider, std::string_view body,
                                          const std::string& path = {}) const {
    Decoded decoded = decode_request(body, {.dialect = dialect});
    REQUIRE(decoded.request.ok());
    decoded.request->path = path;
    Result<effects::Outgoing> outgoing = effects::apply(manifest, attempt, *decoded.request, body, provider);
    REQUIRE(outgoing.ok());
    return std::move(*outgoing);
  }
};

/// Slot and reason, one after another.
inline std::string left_out(const effects::Outgoing& outgoing) {
  std::string text;
  for (const auto& [slot, why] : outgoing.left_out) text += (text.empty() ? "" : "; ") + slot + ": " + why;
  return text;
}

}  // namespace sbx::test
