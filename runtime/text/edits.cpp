// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/edits.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace sbx::text {
namespace {

constexpr size_t kShortest = 4;  // a word of fewer characters must match as it is

}  // namespace

FuzzyKeyword fuzzy_keyword(std::string_view text, int edits) {
  FuzzyKeyword result{.edits = edits};
  std::u32string whole, word;
  auto finish_word = [&] {
    if (!word.empty()) result.words.push_back(std::move(word));
    word.clear();
  };
  for (size_t at = 0; at < text.size();) {
    Character character = character_at(text, at);
    CharClass kind = class_of(character.value);
    if (kind == CharClass::Unspaced) result.anywhere = true;
    whole += character.value;
    if (kind == CharClass::Other) {
      finish_word();
    } else {
      word += character.value;
    }
    at += character.bytes;
  }
  finish_word();
  if (result.anywhere) result.words = {whole};
  bool has_long = std::ranges::any_of(result.words, [](const std::u32string& one) { return one.size() >= kShortest; });
  if (!has_long) result.words.clear();
  return result;
}

bool within_edits(std::u32string_view a, std::u32string_view b, int edits) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > static_cast<size_t>(edits)) return false;
  while (!a.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (b.size() <= static_cast<size_t>(edits)) return true;
  if (edits == 0) return a.empty() && b.empty();
  // Only the diagonals within `edits` of the main one can stay within it: rows of a band of 2 * edits + 1 cells.
  constexpr int kFar = 1'000, kBand = 5;
  std::array<int, kBand> before{}, above{}, row{};
  int width = 2 * edits + 1;
  auto rows = static_cast<int>(a.size()), columns = static_cast<int>(b.size());
  above.fill(kFar);
  before.fill(kFar);
  for (int d = 0; d < width; ++d) above[static_cast<size_t>(d)] = d >= edits ? d - edits : kFar;
  for (int i = 1; i <= rows; ++i) {
    row.fill(kFar);
    int least = kFar;
    for (int d = 0; d < width; ++d) {
      int j = i + d - edits;
      if (j < 0 || j > columns) continue;
      auto cell = static_cast<size_t>(d);
      int best = j == 0 ? i : kFar;
      if (j > 0) {
        bool same = a[static_cast<size_t>(i) - 1] == b[static_cast<size_t>(j) - 1];
        best = std::min(best, above[cell] + (same ? 0 : 1));
        if (d > 0) best = std::min(best, row[cell - 1] + 1);
        bool crossed = i > 1 && j > 1 && a[static_cast<size_t>(i) - 1] == b[static_cast<size_t>(j) - 2] &&
                       a[static_cast<size_t>(i) - 2] == b[static_cast<size_t>(j) - 1];
        if (crossed) best = std::min(best, before[cell] + 1);
      }
      if (d + 1 < width) best = std::min(best, above[cell + 1] + 1);
      row[cell] = best;
      least = std::min(least, best);
    }
    if (least > edits) return false;
    before = above;
    above = row;
  }
  int last = columns - rows + edits;
  return last >= 0 && last < width && above[static_cast<size_t>(last)] <= edits;
}

void FuzzyText::assign(std::string_view folded) {
  characters_.clear();
  words_.clear();
  bool inside = false;
  for (size_t at = 0; at < folded.size();) {
    Character character = character_at(folded, at);
    CharClass kind = class_of(character.value);
    auto start = static_cast<uint32_t>(characters_.size());
    if (kind == CharClass::Word && inside) {
      ++words_.back().size;
    } else if (kind == CharClass::Word) {
      words_.push_back({start, 1});
    }
    inside = kind == CharClass::Word;
    characters_ += character.value;
    at += character.bytes;
  }
}

bool FuzzyText::contains(const FuzzyKeyword& keyword) {
  if (keyword.anywhere) return contains_anywhere(keyword);
  size_t length = keyword.words.size();
  for (size_t start = 0; start + length <= words_.size(); ++start) {
    size_t matched = 0;
    while (matched < length) {
      const std::u32string& wanted = keyword.words[matched];
      if (!within_edits(wanted, word(start + matched), wanted.size() < kShortest ? 0 : keyword.edits)) break;
      ++matched;
    }
    if (matched == length) return true;
  }
  return false;
}

/// The best match that ends at each character, by dynamic programming over the keyword's characters.
bool FuzzyText::contains_anywhere(const FuzzyKeyword& keyword) {
  const std::u32string& wanted = keyword.words.front();
  column_.resize(wanted.size() + 1);
  std::iota(column_.begin(), column_.end(), 0);
  for (char32_t character : characters_) {
    int diagonal = column_[0];
    for (size_t i = 1; i < column_.size(); ++i) {
      int best = std::min({diagonal + (wanted[i - 1] == character ? 0 : 1), column_[i] + 1, column_[i - 1] + 1});
      diagonal = std::exchange(column_[i], best);
    }
    if (column_.back() <= keyword.edits) return true;
  }
  return false;
}

}  // namespace sbx::text
