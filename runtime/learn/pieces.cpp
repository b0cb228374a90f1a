// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/pieces.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "runtime/text/characters.h"

namespace sbx::learn {

namespace {

constexpr size_t kLongestWord = 60, kLongestPair = 80;  // bytes

bool is_of_word(char32_t character) {
  return text::class_of(character) != text::CharClass::Other || character == U'\'' || character == U'\u2019';
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (size_t at = 0; at < text.size();) {
    const text::Character character = text::character_at(text, at);
    if (is_of_word(character.value))
      words.back() += text.substr(at, character.bytes);
    else if (!words.back().empty())
      words.emplace_back();
    at += character.bytes;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool has_digit(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

ClassifierRows with_pieces(const ClassifierRows& rows, std::span<const size_t> places) {
  ClassifierRows result{.texts = {}, .labels = rows.labels, .row_labels = {}};
  std::set<std::pair<LabelIds, std::string>> seen;
  const auto add = [&](std::string text, const LabelIds& labels) {
    result.texts.push_back(std::move(text));
    result.row_labels.push_back(labels);
  };
  for (const size_t place : places) {
    add(rows.texts[place], rows.row_labels[place]);
    seen.emplace(rows.row_labels[place], rows.texts[place]);
  }
  for (const size_t place : places) {
    const LabelIds& labels = rows.row_labels[place];
    const std::vector<std::string> words = words_of(rows.texts[place]);
    for (size_t i = 0; i < words.size(); ++i) {
      if (has_digit(words[i])) continue;
      if (words[i].size() <= kLongestWord && seen.emplace(labels, words[i]).second) add(words[i], labels);
      const bool is_pair = i % 2 == 0 && words.size() > 2 && i + 1 < words.size();
      if (is_pair && words[i].size() + words[i + 1].size() < kLongestPair) add(words[i] + " " + words[i + 1], labels);
    }
  }
  return result;
}

}  // namespace sbx::learn
