// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/characters.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <array>
#include <cstring>

namespace sbx::text {
namespace {

constexpr bool is_ascii_word(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_word(char32_t character) {
  auto c = static_cast<UChar32>(character);
  constexpr uint32_t kMasks = U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK;
  return (U_GET_GC_MASK(c) & kMasks) != 0 || u_hasBinaryProperty(c, UCHAR_ALPHABETIC);
}

bool is_unspaced(char32_t character) {
  auto c = static_cast<UChar32>(character);
  constexpr std::array kScripts{USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_THAI, USCRIPT_LAO, USCRIPT_KHMER, USCRIPT_MYANMAR};
  for (UScriptCode script : kScripts) {
    if (uscript_hasScript(c, script)) return true;
  }
  return false;
}

/// Bytes that follow a lead byte; 0 for ASCII and for what starts no character.
uint32_t trailing(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 1;
  if (lead >= 0xE0 && lead <= 0xEF) return 2;
  if (lead >= 0xF0 && lead <= 0xF4) return 3;
  return 0;
}

}  // namespace

CharClass class_of(char32_t character) {
  if (character < 0x80) return is_ascii_word(static_cast<unsigned char>(character)) ? CharClass::Word : CharClass::Other;
  if (!is_word(character)) return CharClass::Other;
  // Below the scripts without spaces there is nothing to ask.
  return character >= 0x0E00 && is_unspaced(character) ? CharClass::Unspaced : CharClass::Word;
}

Character character_at(std::string_view text, size_t at) {
  if (at >= text.size()) return {};
  auto lead = static_cast<unsigned char>(text[at]);
  uint32_t more = trailing(lead);
  if (more == 0 || at + more >= text.size()) return {lead, 1};
  char32_t value = lead & (0x3F >> more);
  for (uint32_t i = 1; i <= more; ++i) {
    auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0) != 0x80) return {lead, 1};
    value = value << 6 | (next & 0x3F);
  }
  return {value, more + 1};
}

Character character_before(std::string_view text, size_t at) {
  if (at == 0) return {};
  size_t start = at - 1;
  while (start > 0 && at - start < 4 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
  Character character = character_at(text, start);
  if (start + character.bytes == at) return character;
  return {static_cast<unsigned char>(text[at - 1]), 1};
}

bool is_ascii(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  uint64_t high = 0;
  for (; end - at >= 32; at += 32) {
    std::array<uint64_t, 4> words;
    std::memcpy(words.data(), at, sizeof(words));
    high |= words[0] | words[1] | words[2] | words[3];
    if (high & 0x8080808080808080) return false;
  }
  for (; at != end; ++at) high |= static_cast<unsigned char>(*at);
  return (high & 0x8080808080808080) == 0;
}

bool is_valid_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    Character character = valid_character_at(text, at);
    if (character.bytes == 0) return false;
    at += character.bytes;
  }
  return true;
}

uint32_t count_words(std::string_view text) {
  uint32_t words = 0;
  bool inside = false;
  for (size_t at = 0; at < text.size();) {
    Character character = character_at(text, at);
    CharClass kind = class_of(character.value);
    if (kind == CharClass::Unspaced || (kind == CharClass::Word && !inside)) ++words;
    inside = kind == CharClass::Word;
    at += character.bytes;
  }
  return words;
}

}  // namespace sbx::text
