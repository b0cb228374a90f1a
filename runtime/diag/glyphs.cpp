// SPDX-License-Identifier: Apache-2.0
// Widths come from Unicode's East Asian width and categories, as terminals have them.
#include "runtime/diag/glyphs.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace sbx {
namespace {

constexpr int TabWidth = 4;
constexpr const char* Replacement = "\xEF\xBF\xBD";  // U+FFFD

int columns(UChar32 point) {
  int category = u_charType(point);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK) return 0;
  if (point == 0x200D || point == 0x200C) return 0;  // joiners
  int width = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

Glyph shown(size_t byte, UChar32 point, std::string_view text) {
  if (point == '\t') return {byte, std::string(TabWidth, ' '), TabWidth};
  // A control picture instead of the control itself: a policy's text must not steer the reader's terminal.
  if (point >= 0 && point < 0x20) return {byte, std::string("\xE2\x90") + static_cast<char>(0x80 + point), 1};
  bool joiner = point == 0x200D || point == 0x200C;
  if (point < 0 || (!joiner && u_charType(point) == U_FORMAT_CHAR) || u_charType(point) == U_CONTROL_CHAR) return {byte, Replacement, 1};
  return {byte, std::string(text), columns(point)};
}

}  // namespace

std::vector<Glyph> glyphs(std::string_view line) {
  std::vector<Glyph> result;
  auto size = static_cast<int32_t>(line.size());
  for (int32_t next = 0; next < size;) {
    int32_t begin = next;
    UChar32 point = 0;
    U8_NEXT(line.data(), next, size, point);
    result.push_back(shown(static_cast<size_t>(begin), point, line.substr(static_cast<size_t>(begin), static_cast<size_t>(next - begin))));
  }
  return result;
}

}  // namespace sbx
