// SPDX-License-Identifier: Apache-2.0
#include "compiler/graph/measure.h"

#include <cstdint>

#include "compiler/graph/advances.h"

namespace sbx::graph {
namespace {

constexpr int kMono = 603;
// Of any other character: an ideograph is an em wide, and few letters are wider.
constexpr int kOther = 1020, kOtherBold = 1150;

bool goes_on(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t end_of_character(std::string_view text, size_t begin) {
  size_t end = begin + 1;
  while (end < text.size() && goes_on(text[end])) ++end;
  return end;
}

/// The code point of a character of one or two bytes; 0 for a longer one.
uint32_t short_code_point(std::string_view character) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(character[i])); };
  if (character.size() == 1) return byte(0);
  return character.size() == 2 ? (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F) : 0;
}

int thousandths(std::string_view character, Face face) {
  const bool bold = face == Face::Bold;
  const uint32_t code = short_code_point(character);
  if (face == Face::Mono && code != 0) return kMono;
  if (code >= 0x20 && code <= 0x7E) return (bold ? kAsciiBold : kAsciiPlain)[code - 0x20];
  if (code >= 0xA0 && code <= 0x17F) return (bold ? kLatinBold : kLatinPlain)[code - 0xA0];
  if (code >= 0x400 && code <= 0x45F) return (bold ? kCyrillicBold : kCyrillicPlain)[code - 0x400];
  return bold ? kOtherBold : kOther;
}

}  // namespace

double width_of(std::string_view text, Face face, double size) {
  int64_t sum = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = end_of_character(text, at);
    sum += thousandths(text.substr(at, end - at), face);
    at = end;
  }
  return static_cast<double>(sum) * size / 1000;
}

std::string fitted(std::string_view text, Face face, double size, double room) {
  if (width_of(text, face, size) <= room) return std::string(text);
  std::string cut;
  double used = width_of("…", face, size);
  for (size_t at = 0; at < text.size();) {
    const size_t end = end_of_character(text, at);
    used += width_of(text.substr(at, end - at), face, size);
    if (used > room) break;
    cut += text.substr(at, end - at);
    at = end;
  }
  while (cut.ends_with(' ')) cut.pop_back();
  return cut + "…";
}

}  // namespace sbx::graph
