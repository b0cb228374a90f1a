// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/rules.h"

#include <algorithm>

#include "runtime/text/edits.h"
#include "runtime/text/fold.h"
#include "runtime/text/patterns.h"

namespace sbx::text {
namespace {

constexpr size_t kLongestKeyword = 1000;
constexpr int kMostEdits = 2;

std::string with_single_spaces(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (!is_space(c)) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

Edge edge(Character character) { return {class_of(character.value), character.value}; }

Keyword make_keyword(std::string folded, EntryId entry) {
  Keyword keyword{.entry = entry, .text = std::move(folded)};
  const std::string& text = keyword.text;
  for (size_t start = 0; start <= text.size();) {
    size_t end = std::min(text.find(' ', start), text.size());
    if (end - start > keyword.anchor_size) {
      keyword.anchor_at = static_cast<uint32_t>(start);
      keyword.anchor_size = static_cast<uint32_t>(end - start);
    }
    start = end + 1;
  }
  keyword.first = edge(character_at(text, 0));
  keyword.last = edge(character_before(text, text.size()));
  return keyword;
}

}  // namespace

Result<EntryId> TextRules::add_keyword(std::string_view keyword, int edits, bool counted) {
  if (!is_valid_utf8(keyword)) return Error{"E0331", "a keyword is not valid UTF-8"};
  std::string text = with_single_spaces(folded(keyword));
  if (text.empty()) return Error{"E0331", "the keyword \"" + std::string(keyword) + "\" is empty: it has no visible character"};
  if (text.size() > kLongestKeyword) return Error{"E0331", "a keyword is longer than 1000 bytes; look for a part of it"};
  if (edits < 0 || edits > kMostEdits) return Error{"E0331", "`edits` is 0, 1 or 2"};
  FuzzyKeyword fuzzy = edits > 0 ? fuzzy_keyword(text, edits) : FuzzyKeyword{};
  if (fuzzy.words.empty()) edits = 0;

  std::string key = std::string(1, static_cast<char>('0' + edits)) + text;
  auto found = by_text_.find(key);
  if (found == by_text_.end()) {
    EntryId entry = next_entry();
    if (edits > 0) {
      fuzzy.entry = entry;
      fuzzy_.push_back(std::move(fuzzy));
    } else {
      keywords_.push_back(make_keyword(std::move(text), entry));
    }
    found = by_text_.emplace(key, Found{entry, edits > 0 ? fuzzy_.size() - 1 : keywords_.size() - 1}).first;
  }
  if (counted && edits == 0) keywords_[found->second.index].counted = true;
  return found->second.entry;
}

Result<EntryId> TextRules::add_pattern(std::string_view expression, bool counted) {
  std::string key = "/" + std::string(expression);
  auto found = by_text_.find(key);
  if (found == by_text_.end()) {
    if (std::optional<Error> error = validate_pattern(expression)) return *error;
    found = by_text_.emplace(key, Found{next_entry(), patterns_.size()}).first;
    patterns_.push_back({found->second.entry, std::string(expression), false});
  }
  Pattern& pattern = patterns_[found->second.index];
  if (counted && !pattern.counted) {
    if (std::optional<Error> error = validate_counted_pattern(expression)) return *error;
    pattern.counted = true;
  }
  return found->second.entry;
}

SequenceId TextRules::add_sequence(std::vector<EntryId> steps) {
  SequenceId sequence = sequences_.add(steps);
  for (Keyword& keyword : keywords_) {
    if (std::ranges::find(steps, keyword.entry) != steps.end()) keyword.sequences.push_back(sequence);
  }
  return sequence;
}

uint32_t TextRules::words_of(EntryId entry) const {
  for (const Keyword& keyword : keywords_) {
    if (keyword.entry == entry) return std::max(1U, count_words(keyword.text));
  }
  return 1;
}

}  // namespace sbx::text
