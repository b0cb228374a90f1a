// SPDX-License-Identifier: Apache-2.0
// Between the structs of signalbox.h and ours: texts, versions, and what keeps exceptions on this side.
#pragma once

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/embed/signalbox.h"

namespace sbx::embed {

inline std::string_view view(const sbx_text& text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}
inline std::optional<std::string> optional_text(const sbx_text& text) {
  return text.data == nullptr ? std::nullopt : std::optional<std::string>(std::in_place, text.data, text.size);
}
/// Of a string that a NUL follows and that outlives the view.
inline sbx_text text_of(const std::string& text) { return {text.c_str(), text.size()}; }
inline constexpr sbx_text kAbsent{nullptr, 0};

/// The caller's struct as this library knows it; nothing if it is of another version, or says more than this library understands.
template <class Struct>
[[nodiscard]] std::optional<Struct> known_part(const Struct* given) {
  constexpr size_t kSmallest = 2 * sizeof(uint32_t);
  if (given == nullptr || given->version != SBX_EMBED_VERSION || given->size < kSmallest) return std::nullopt;
  Struct known{};
  std::memcpy(&known, given, std::min<size_t>(given->size, sizeof known));
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  for (size_t i = sizeof known; i < given->size; ++i) {
    if (bytes[i] != 0) return std::nullopt;
  }
  return known;
}

/// Fills the caller's struct as far as it goes; what it has beyond ours is left alone.
template <class Struct>
[[nodiscard]] bool give(Struct value, Struct* out) {
  if (out == nullptr || out->version != SBX_EMBED_VERSION || out->size < 2 * sizeof(uint32_t)) return false;
  value.version = out->version;
  value.size = out->size;
  std::memcpy(out, &value, std::min<size_t>(out->size, sizeof value));
  return true;
}

/// Runs what a call of the contract does; an exception, which only a lack of memory or a bug throws, becomes a status.
template <class Body>
sbx_status guarded(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return SBX_NO_MEMORY;
  } catch (...) {
    return SBX_BUG;
  }
}

}  // namespace sbx::embed
