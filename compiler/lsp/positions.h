// SPDX-License-Identifier: Apache-2.0
// The protocol's places: lines from 0, characters in units of the encoding agreed on. Only this room knows of them; everywhere else places
// are bytes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/lsp/json.h"
#include "runtime/source/source.h"

namespace sbx::lsp {

/// What a place's `character` counts: bytes or UTF-16 units.
enum class Encoding : uint8_t { Utf8, Utf16 };

struct Place {
  uint32_t line = 0;
  uint32_t character = 0;
};

/// The lines of one text, which must outlive it. A line ends with \n, \r\n or \r, as the protocol says.
class Lines {
 public:
  Lines(std::string_view text, Encoding encoding);

  /// The byte at a position; one beyond its line is the end of the line, one beyond the text the end of the text.
  [[nodiscard]] uint32_t byte(Place position) const;
  [[nodiscard]] Place position(uint32_t byte) const;
  [[nodiscard]] Json range(uint32_t begin, uint32_t end) const;
  /// Units of some of the text.
  [[nodiscard]] uint32_t length(std::string_view part) const;
  [[nodiscard]] uint32_t count() const { return static_cast<uint32_t>(starts_.size()); }
  /// Where the line begins, and where it ends without its ending.
  [[nodiscard]] uint32_t start(uint32_t line) const { return starts_[line]; }
  [[nodiscard]] uint32_t end(uint32_t line) const;

 private:
  std::string_view text_;
  Encoding encoding_;
  std::vector<uint32_t> starts_;
};

/// `{"line", "character"}` of a message; Refusal (InvalidParams) where it is none.
[[nodiscard]] Place position_in(const Json& json);
[[nodiscard]] Json to_json(Place position);

}  // namespace sbx::lsp
