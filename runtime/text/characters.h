// SPDX-License-Identifier: Apache-2.0
// Characters as matching sees them: UTF-8 in both directions, and what may stand beside a word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbx::text {

/// Word: letters, digits, marks and `_` of scripts that put spaces between words. Unspaced: those of Han, Hiragana, Katakana,
/// Thai, Lao, Khmer and Myanmar. Other: everything else.
enum class CharClass : uint8_t { Other, Word, Unspaced };
[[nodiscard]] CharClass class_of(char32_t character);

struct Character {
  char32_t value = 0;
  uint32_t bytes = 0;  // 0: there is none
};
/// The character that starts at `at`; a byte that starts none stands for itself.
[[nodiscard]] Character character_at(std::string_view text, size_t at);
/// The character that starts at `at` (which must be in the text); no bytes where that is no valid UTF-8.
[[nodiscard]] inline Character valid_character_at(std::string_view text, size_t at);
/// The character that ends before `at`.
[[nodiscard]] Character character_before(std::string_view text, size_t at);

[[nodiscard]] inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
[[nodiscard]] bool is_ascii(std::string_view text);
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// How many words the text has: runs of Word characters, and each Unspaced character by itself.
[[nodiscard]] uint32_t count_words(std::string_view text);

inline Character valid_character_at(std::string_view text, size_t at) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  auto is_trail = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  char32_t lead = byte(0);
  size_t left = text.size() - at;
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead < 0xE0) {
    if (left < 2 || !is_trail(1)) return {};
    return {(lead & 0x1F) << 6 | (byte(1) & 0x3FU), 2};
  }
  if (lead >= 0xE0 && lead < 0xF0) {
    if (left < 3 || !is_trail(1) || !is_trail(2)) return {};
    char32_t value = (lead & 0x0F) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    if (value < 0x800 || (value >= 0xD800 && value < 0xE000)) return {};
    return {value, 3};
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    if (left < 4 || !is_trail(1) || !is_trail(2) || !is_trail(3)) return {};
    char32_t value = (lead & 0x07) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
    if (value < 0x10000 || value > 0x10FFFF) return {};
    return {value, 4};
  }
  return {};
}

}  // namespace sbx::text
