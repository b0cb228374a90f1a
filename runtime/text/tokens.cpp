// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/tokens.h"

#include "runtime/text/characters.h"

namespace sbx::text {
namespace {

enum class Class : uint8_t { None, Letters, Digits, Punctuation, Space, LineBreak, Ideograph, Hangul, Alphabet, Script, Symbol };

Class class_of_ascii(unsigned char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return Class::Letters;
  if (c >= '0' && c <= '9') return Class::Digits;
  if (c == '\n' || c == '\r') return Class::LineBreak;
  return c <= ' ' || c == 0x7F ? Class::Space : Class::Punctuation;
}

/// By block: an estimate needs no tables of properties.
Class class_of_other(char32_t c) {
  if (c < 0x0530) return Class::Alphabet;                 // Latin, Greek, Cyrillic
  if (c >= 0x1E00 && c < 0x2000) return Class::Alphabet;  // their extensions
  if (c >= 0x2000 && c < 0x2070) return Class::Punctuation;
  if (c >= 0x2070 && c < 0x2E80) return Class::Symbol;
  if (c >= 0x3000 && c < 0x3040) return Class::Punctuation;
  if ((c >= 0x2E80 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x40000)) return Class::Ideograph;
  if ((c >= 0x1100 && c < 0x1200) || (c >= 0xAC00 && c < 0xD7B0)) return Class::Hangul;
  if (c >= 0xFF00 && c < 0xFFF0) return Class::Ideograph;  // full width
  if (c >= 0x1F000) return Class::Symbol;
  return Class::Script;
}

/// Quarters of a token that the `length`-th character of a run adds; never negative, so the sum never falls.
int64_t quarters(Class kind, int64_t length, bool repeated) {
  switch (kind) {
    case Class::None:
      return 0;
    case Class::Letters:
      return length == 1 ? 4 : (length > 8 ? 1 : 0);
    case Class::Digits:
      return length % 3 == 1 ? 4 : 0;
    case Class::Punctuation:
      return repeated ? (length % 4 == 1 ? 4 : 0) : 4;
    case Class::Space:
      return length == 1 ? 0 : 1;
    case Class::LineBreak:
      return length == 1 ? 4 : 0;
    case Class::Ideograph:
      return 4;
    case Class::Hangul:
    case Class::Script:
      return 3;
    case Class::Alphabet:
      return length % 3 == 1 ? 4 : 0;
    case Class::Symbol:
      return 8;
  }
  return 0;
}

}  // namespace

int64_t estimate_tokens(std::string_view text) {
  int64_t total = 0, length = 0;
  Class run = Class::None;
  char32_t last = 0;
  for (size_t at = 0; at < text.size();) {
    auto byte = static_cast<unsigned char>(text[at]);
    Character character = byte < 0x80 ? Character{byte, 1} : character_at(text, at);
    Class kind = byte < 0x80 ? class_of_ascii(byte) : class_of_other(character.value);
    bool repeated = kind == run && character.value == last;
    bool goes_on = kind == run && (kind != Class::Punctuation || repeated);
    length = goes_on ? length + 1 : 1;
    total += quarters(kind, length, repeated);
    run = kind;
    last = character.value;
    at += character.bytes;
  }
  if (text.empty()) return 0;
  return total < 4 ? 1 : (total + 3) / 4;
}

}  // namespace sbx::text
