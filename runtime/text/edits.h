// SPDX-License-Identifier: Apache-2.0
// Keywords with typing errors: a letter too many, too few or wrong, or two neighbours exchanged, counts one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/text/rules.h"

namespace sbx::text {

/// How the folded `text` is looked for with errors; no words if it is too short or has no letters for that.
[[nodiscard]] FuzzyKeyword fuzzy_keyword(std::string_view text, int edits);

/// Whether `a` becomes `b` by at most `edits` (0 to 2) changes.
[[nodiscard]] bool within_edits(std::u32string_view a, std::u32string_view b, int edits);

/// A text cut into words for fuzzy keywords; its memory is kept from text to text.
class FuzzyText {
 public:
  /// `folded` must be folded text.
  void assign(std::string_view folded);
  [[nodiscard]] bool contains(const FuzzyKeyword& keyword);

 private:
  struct Word {
    uint32_t start = 0, size = 0;
  };
  [[nodiscard]] std::u32string_view word(size_t index) const {
    return std::u32string_view(characters_).substr(words_[index].start, words_[index].size);
  }
  bool contains_anywhere(const FuzzyKeyword& keyword);

  std::u32string characters_;
  std::vector<Word> words_;
  std::vector<int> column_;
};

}  // namespace sbx::text
