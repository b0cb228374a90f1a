// SPDX-License-Identifier: Apache-2.0
// What is looked for in texts: the keywords, patterns and sequences of all signals of a policy, each once.
//
// A keyword is folded (fold.h). Where its first or last character is of a Word (characters.h), the neighbour in the text must not be; where
// it is of a script without spaces, anything may stand beside it; where it is punctuation, only another of the same character may not
// (`C++` is not in `C+++`). A space in it stands for any run of white space.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/id.h"
#include "runtime/base/result.h"
#include "runtime/text/characters.h"

namespace sbx::text {

struct EntryTag;
using EntryId = Id<EntryTag>;  // a keyword or a pattern; its bit among the hits
struct SequenceTag;
using SequenceId = Id<SequenceTag>;

/// One end of a keyword: what it is and which character stands there.
struct Edge {
  CharClass kind = CharClass::Other;
  char32_t character = 0;
};

struct Keyword {
  EntryId entry;
  std::string text;        // folded, white space made single spaces
  uint32_t anchor_at = 0;  // its longest word is what the database looks for
  uint32_t anchor_size = 0;
  Edge first, last;
  bool counted = false;
  std::vector<SequenceId> sequences;
};

/// A keyword in which typing errors are allowed: looked for word by word, or anywhere if its script has no spaces.
struct FuzzyKeyword {
  EntryId entry;
  std::vector<std::u32string> words;  // one, the whole, if `anywhere`
  int edits = 1;
  bool anywhere = false;
};

struct Pattern {
  EntryId entry;
  std::string expression;
  bool counted = false;
};

class TextRules {
 public:
  /// The entry that is hit where `keyword` occurs with at most `edits` typing errors in each of its words of four or more characters.
  /// E0331 if it is empty, too long, or `edits` is not 0, 1 or 2.
  Result<EntryId> add_keyword(std::string_view keyword, int edits = 0, bool counted = false);
  /// The entry that is hit where `expression` matches; E0330 as validate_pattern (patterns.h) says.
  Result<EntryId> add_pattern(std::string_view expression, bool counted = false);
  /// A sequence of keywords that is hit where they occur in this order without overlap.
  SequenceId add_sequence(std::vector<EntryId> steps);

  [[nodiscard]] uint32_t entries() const { return entries_; }
  [[nodiscard]] const std::vector<Keyword>& keywords() const { return keywords_; }
  [[nodiscard]] const std::vector<FuzzyKeyword>& fuzzy() const { return fuzzy_; }
  [[nodiscard]] const std::vector<Pattern>& patterns() const { return patterns_; }
  [[nodiscard]] const Table<SequenceId, std::vector<EntryId>>& sequences() const { return sequences_; }
  /// How many words a hit of the keyword `entry` covers.
  [[nodiscard]] uint32_t words_of(EntryId entry) const;

 private:
  EntryId next_entry() { return EntryId{entries_++}; }

  uint32_t entries_ = 0;
  std::vector<Keyword> keywords_;
  std::vector<FuzzyKeyword> fuzzy_;
  std::vector<Pattern> patterns_;
  Table<SequenceId, std::vector<EntryId>> sequences_;
  struct Found {
    EntryId entry;
    size_t index;
  };
  std::map<std::string, Found, std::less<>> by_text_;
};

}  // namespace sbx::text
