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
/// The character that ends before `at`.
[[nodiscard]] Character character_before(std::string_view text, size_t at);

[[nodiscard]] inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
[[nodiscard]] bool is_ascii(std::string_view text);
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// How many words the text has: runs of Word characters, and each Unspaced character by itself.
[[nodiscard]] uint32_t count_words(std::string_view text);

}  // namespace sbx::text
