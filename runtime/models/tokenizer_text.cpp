// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer_text.h"

#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <array>

#include "runtime/text/characters.h"

namespace sbx::models {
namespace {

constexpr char32_t kReplacement = 0xFFFD, kFirstMark = 0x300;

uint32_t category(char32_t c) { return U_GET_GC_MASK(static_cast<UChar32>(c)); }

// Those that can be seen stand for themselves; the others follow after 255, in order.
constexpr std::array<char32_t, 256> kByteCharacters = [] {
  std::array<char32_t, 256> table{};
  char32_t next = 256;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool seen = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    table[byte] = seen ? byte : next++;
  }
  return table;
}();

template <class Each>
void for_each_character(std::string_view utf8, Each each) {
  for (size_t at = 0; at < utf8.size();) {
    const text::Character character = text::valid_character_at(utf8, at);
    each(character.bytes == 0 ? kReplacement : character.value);
    at += character.bytes == 0 ? 1 : character.bytes;
  }
}

}  // namespace

PlacedText placed(std::string_view utf8) {
  PlacedText result;
  result.reserve(utf8.size());
  for_each_character(utf8, [&](char32_t c) {
    const auto at = static_cast<uint32_t>(result.size());
    result.push_back({c, at, at + 1});
  });
  return result;
}

std::u32string characters_of(std::string_view utf8) {
  std::u32string result;
  for_each_character(utf8, [&](char32_t c) { result.push_back(c); });
  return result;
}

void append_utf8(char32_t character, std::string& out) {
  std::array<uint8_t, 4> bytes{};
  int32_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, character);
  out.append(bytes.begin(), bytes.begin() + length);
}

std::string utf8_of(PlacedSpan text) {
  std::string result;
  for (const PlacedChar& c : text) append_utf8(c.value, result);
  return result;
}

void append_made(std::u32string_view values, PlacedSpan from, PlacedText& out) {
  for (const char32_t value : values) out.push_back({value, from.front().start, from.back().end});
}

Utf16 utf16_of(PlacedSpan text) {
  Utf16 result;
  result.units.reserve(text.size());
  result.characters.reserve(text.size() + 1);
  for (uint32_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i].value;
    if (c < 0x10000) {
      result.units.push_back(static_cast<char16_t>(c));
    } else {
      result.units.push_back(U16_LEAD(c));
      result.units.push_back(U16_TRAIL(c));
      result.characters.push_back(i);
    }
    result.characters.push_back(i);
  }
  result.characters.push_back(static_cast<uint32_t>(text.size()));
  return result;
}

bool is_white(char32_t c) { return c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : u_isUWhiteSpace(static_cast<UChar32>(c)) != 0; }
bool is_punctuation(char32_t c) { return (category(c) & U_GC_P_MASK) != 0; }
bool is_number(char32_t c) { return (category(c) & U_GC_N_MASK) != 0; }
bool is_nonspacing_mark(char32_t c) { return c >= kFirstMark && (category(c) & U_GC_MN_MASK) != 0; }
bool is_mark(char32_t c) { return c >= kFirstMark && (category(c) & U_GC_M_MASK) != 0; }
bool is_invisible(char32_t c) { return (c < ' ' || c >= 0x7F) && (category(c) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK)) != 0; }

bool is_word(char32_t c) {
  if (c == 0x200C || c == 0x200D) return true;
  return (category(c) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0 || u_isUAlphabetic(static_cast<UChar32>(c));
}

char32_t byte_character(uint8_t byte) { return kByteCharacters[byte]; }

void append_bytes(PlacedSpan text, PlacedText& out) {
  std::string bytes;
  for (const PlacedChar& c : text) {
    bytes.clear();
    append_utf8(c.value, bytes);
    for (const char byte : bytes) out.push_back({byte_character(static_cast<uint8_t>(byte)), c.start, c.end});
  }
}

}  // namespace sbx::models
