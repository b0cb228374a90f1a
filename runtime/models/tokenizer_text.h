// SPDX-License-Identifier: Apache-2.0
// Text on its way to tokens: characters that remember where they come from, and the pieces that they are cut into.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::models {

/// A character, and the characters [start, end) of the original text that it was made from.
struct PlacedChar {
  char32_t value = 0;
  uint32_t start = 0, end = 0;
};
using PlacedText = std::vector<PlacedChar>;
using PlacedSpan = std::span<const PlacedChar>;

[[nodiscard]] PlacedText placed(std::string_view utf8);
[[nodiscard]] std::u32string characters_of(std::string_view utf8);
void append_utf8(char32_t character, std::string& out);
[[nodiscard]] std::string utf8_of(PlacedSpan text);

/// Appends `values`, each of them made from all of `from`.
void append_made(std::u32string_view values, PlacedSpan from, PlacedText& out);

/// UTF-16 for ICU, and for each unit and the end the number of its character.
struct Utf16 {
  std::u16string units;
  std::vector<uint32_t> characters;
};
[[nodiscard]] Utf16 utf16_of(PlacedSpan text);

/// Text that is cut; pieces are never empty.
class Pieces {
 public:
  void add(PlacedChar character) { text_.push_back(character); }
  void add(PlacedSpan characters) { text_.insert(text_.end(), characters.begin(), characters.end()); }
  void cut() {
    if (text_.size() > (ends_.empty() ? 0 : ends_.back())) ends_.push_back(text_.size());
  }
  [[nodiscard]] size_t size() const { return ends_.size(); }
  [[nodiscard]] PlacedSpan operator[](size_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[i - 1];
    return PlacedSpan(text_).subspan(begin, ends_[i] - begin);
  }

 private:
  PlacedText text_;
  std::vector<size_t> ends_;
};

/// Unicode properties under the names that the tokenizers use them by: White_Space; P*; the general category N*; Mn; Mn, Mc, Me.
[[nodiscard]] bool is_white(char32_t c);
[[nodiscard]] bool is_punctuation(char32_t c);
[[nodiscard]] bool is_number(char32_t c);
[[nodiscard]] bool is_nonspacing_mark(char32_t c);
[[nodiscard]] bool is_mark(char32_t c);
/// Cc, Cf, Co.
[[nodiscard]] bool is_invisible(char32_t c);
/// What `\w` is: alphabetic, marks, decimal digits, connectors, joiners.
[[nodiscard]] bool is_word(char32_t c);

/// The characters that byte level tokenizers write bytes with (openai/gpt-2, encoder.py, bytes_to_unicode).
[[nodiscard]] char32_t byte_character(uint8_t byte);
/// Appends the characters of each character's bytes.
void append_bytes(PlacedSpan text, PlacedText& out);

}  // namespace sbx::models
