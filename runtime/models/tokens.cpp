// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokens.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <string>

#include "runtime/models/pii_patterns.h"
#include "runtime/text/characters.h"
#include "runtime/text/fold.h"

namespace sbx::models {

namespace {

/// What features are made of.
struct Word {
  std::string folded;
  std::string shape;    // of classes of characters, runs of one as one: `Xx`, `dd`, `.`
  std::string pattern;  // the label of what it is part of, and whether it starts there
  std::string line;     // how many line breaks are before it and after it; `^` and `$` at the text's ends
  std::string plain;    // the last word in small letters before it
  std::string head;     // the last word that a colon follows, or the shape of what stands at the end of the line before
};

enum class Class : uint8_t { Space, Letter, Digit, Other };
Class class_at(char32_t character) {
  if (character >= U'0' && character <= U'9') return Class::Digit;
  if (text::class_of(character) == text::CharClass::Word && character != U'_') return Class::Letter;
  return character <= U' ' || character == U'\u00A0' ? Class::Space : Class::Other;
}

/// `Xx` of a word with a capital, `X` of one of capitals, `dddd` of digits by their number up to five, else the character itself.
std::string shape_of(std::string_view token, std::string_view folded, Class kind) {
  if (kind == Class::Digit) return std::string(std::min<size_t>(token.size(), 5), 'd');
  if (kind == Class::Other) return std::string(token);
  std::string shape;
  size_t in_folded = 0;
  for (size_t at = 0; at < token.size();) {
    const text::Character character = text::character_at(token, at);
    const bool is_capital = folded.substr(in_folded, character.bytes) != token.substr(at, character.bytes);
    if (shape.size() < 3 && (shape.empty() || shape.back() != (is_capital ? 'X' : 'x'))) shape += is_capital ? 'X' : 'x';
    at += character.bytes;
    in_folded += character.bytes;
  }
  return shape + (token.size() == 1 ? "1" : token.size() <= 3 ? "3" : "");
}

class Cutter {
 public:
  Cutter(std::string_view text, uint8_t bits) : text_(text), shift_(64 - bits) {}

  Tokens run() {
    cut();
    mark_lines();
    mark_patterns();
    for (size_t token = 0; token < words_.size(); ++token) {
      describe(token);
      tokens_.ends.push_back(tokens_.buckets.size());
    }
    return std::move(tokens_);
  }

 private:
  void cut() {
    uint32_t place = 0;
    for (size_t at = 0; at < text_.size();) {
      const text::Character first = text::character_at(text_, at);
      const Class kind = class_at(first.value);
      const size_t from = at;
      const uint32_t start = place;
      do {
        at += text::character_at(text_, at).bytes;
        ++place;
      } while (at < text_.size() && kind != Class::Other && class_at(text::character_at(text_, at).value) == kind);
      if (kind == Class::Space) continue;
      const std::string_view token = text_.substr(from, at - from);
      Word word{.folded = text::folded(token), .shape = {}, .pattern = {}};
      word.shape = shape_of(token, word.folded, kind);
      words_.push_back(std::move(word));
      bytes_.push_back({from, at});
      tokens_.places.push_back({start, place});
    }
  }

  [[nodiscard]] size_t breaks_before(size_t token) const {
    const size_t from = bytes_[token - 1].second, to = bytes_[token].first;
    return std::min<size_t>(static_cast<size_t>(std::ranges::count(text_.substr(from, to - from), '\n')), 3);
  }

  void mark_lines() {
    for (size_t token = 0; token < words_.size(); ++token) {
      Word& here = words_[token];
      const bool is_first = token == 0, is_last = token + 1 == words_.size();
      const size_t breaks = is_first ? 0 : breaks_before(token);
      here.line = is_first ? "^" : std::to_string(breaks);
      here.line += is_last ? "$" : std::to_string(breaks_before(token + 1));
      if (is_first) {
        here.plain = here.head = "^";
        continue;
      }
      const Word& before = words_[token - 1];
      here.plain = before.shape.starts_with('x') ? before.folded : before.plain;
      here.head = before.folded == ":" ? word(token, -2).folded : breaks > 0 ? before.shape : before.head;
    }
  }

  void mark_patterns() {
    size_t token = 0;
    for (const TextSpan& span : find_personal_data(text_)) {
      while (token < words_.size() && tokens_.places[token].start < span.start) ++token;
      for (bool starts = true; token < words_.size() && tokens_.places[token].start < span.end; ++token, starts = false)
        words_[token].pattern = span.label + (starts ? "(" : "");
    }
  }

  [[nodiscard]] const Word& word(size_t token, int offset) const {
    static const Word kOutside{.folded = "\n", .shape = "\n", .pattern = "\n"};
    const size_t at = token + static_cast<size_t>(offset);  // before the first wraps far past the last
    return at < words_.size() ? words_[at] : kOutside;
  }

  void add(char what, std::string_view first, std::string_view second = {}, std::string_view third = {}) {
    key_.assign(1, what);
    for (const std::string_view part : {first, second, third}) key_.append(part).push_back('\0');
    tokens_.buckets.push_back(static_cast<uint32_t>(XXH3_64bits(key_.data(), key_.size()) >> shift_));
  }

  void describe(size_t token) {
    const Word &here = word(token, 0), &before = word(token, -1), &after = word(token, 1), &before2 = word(token, -2),
               &after2 = word(token, 2), &before3 = word(token, -3), &after3 = word(token, 3);
    add('a', here.folded);
    add('b', before.folded);
    add('c', after.folded);
    add('d', before2.folded);
    add('e', after2.folded);
    add('f', before.folded, here.folded);
    add('g', here.folded, after.folded);
    add('h', before2.folded, before.folded);
    add('i', after.folded, after2.folded);
    add('j', here.shape);
    add('k', before.shape, here.shape);
    add('l', here.shape, after.shape);
    add('m', before.shape, here.shape, after.shape);
    add('n', before.folded, here.shape);
    add('o', here.shape, after.folded);
    add('p', here.pattern);
    add('q', before.pattern, here.pattern, after.pattern);
    add('r', before2.shape, before.shape, here.shape);
    add('s', here.shape, after.shape, after2.shape);
    add('t', before2.folded, here.shape);
    add('u', here.shape, after2.folded);
    add('L', before3.folded);
    add('M', after3.folded);
    add('N', before3.shape, before2.shape, here.shape);
    add('O', here.shape, after2.shape, after3.shape);
    add('A', here.line);
    add('B', here.line, here.shape);
    add('C', before.line, here.line, after.line);
    add('D', here.line.substr(0, 1), before.shape, here.shape);
    add('E', here.line.substr(1), here.shape, after.shape);
    add('F', here.line, here.folded);
    add('W', here.plain, here.shape);
    add('X', here.plain, here.line, here.shape);
    add('Y', here.plain, before.shape, here.shape);
    add('Z', here.head, here.shape);
    for (size_t bytes = 1; bytes <= 4 && bytes <= here.folded.size(); ++bytes) {
      add(static_cast<char>('0' + bytes), std::string_view(here.folded).substr(0, bytes));
      add(static_cast<char>('5' + bytes), std::string_view(here.folded).substr(here.folded.size() - bytes));
    }
    if (after.folded.size() > 3) add('v', std::string_view(after.folded).substr(after.folded.size() - 3), here.shape);
    if (before.folded.size() > 3) add('w', std::string_view(before.folded).substr(before.folded.size() - 3), here.shape);
  }

  std::string_view text_;
  int shift_;
  Tokens tokens_;
  std::vector<Word> words_;
  std::vector<std::pair<size_t, size_t>> bytes_;  // of words_
  std::string key_;
};

}  // namespace

Tokens cut_tokens(std::string_view text, uint8_t bits, size_t most_bytes) { return Cutter(text.substr(0, most_bytes), bits).run(); }

}  // namespace sbx::models
