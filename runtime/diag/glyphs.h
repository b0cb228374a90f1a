// SPDX-License-Identifier: Apache-2.0
// A source line as a terminal shows it: what is printed for each code point, and how many columns it takes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

/// One code point of a line: where it begins, what is printed for it, and the columns that takes (0 for combining marks).
struct Glyph {
  size_t byte = 0;
  std::string shown;
  int width = 1;
};

/// The glyphs of a line without its ending. Tabs become spaces; control and bidirectional marks and stray bytes become visible.
[[nodiscard]] std::vector<Glyph> glyphs(std::string_view line);

}  // namespace sbx
