// SPDX-License-Identifier: Apache-2.0
#include "compiler/keyword_list.h"

#include <algorithm>

#include "runtime/text/edits.h"
#include "runtime/text/parts.h"

namespace sbx {
namespace {

constexpr size_t kLongestTakenApart = 200;  // bytes of a keyword that is looked into
constexpr size_t kMostFuzzy = 300;          // members with typing errors that are compared with each other

/// Typing errors are looked for word by word, so what stands between the words is of no account.
std::string compared(const text::FuzzyKeyword& fuzzy) {
  std::string text = "~" + std::to_string(fuzzy.edits) + (fuzzy.anywhere ? "*" : "");
  for (const std::u32string& word : fuzzy.words) {
    text += ' ';
    for (const char32_t character : word) text += std::to_string(static_cast<uint32_t>(character)) + ',';
  }
  return text;
}

ListedKeyword listed(const std::string& written, int edits) {
  text::TextRules rules;
  const bool taken = rules.add_keyword(written, edits).ok();
  SBX_CHECK(taken, "a keyword that was bound before is refused");
  if (!rules.keywords().empty()) return {written, "=" + rules.keywords().front().text, rules.keywords().front(), std::nullopt};
  return {written, compared(rules.fuzzy().front()), std::nullopt, rules.fuzzy().front()};
}

/// Of spaced words and nothing else: then its words stand as words wherever it does.
bool is_words(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const text::Character character = text::character_at(text, at);
    if (character.value != ' ' && text::class_of(character.value) != text::CharClass::Word) return false;
    at += character.bytes;
  }
  return true;
}

/// Whether every text near enough to `whole` is near enough to `part`: typing errors are counted word by word.
bool holds(const text::FuzzyKeyword& whole, const text::FuzzyKeyword& part) {
  if (whole.anywhere || part.anywhere || whole.edits > part.edits) return false;
  return !std::ranges::search(whole.words, part.words).empty();
}

bool holds(const text::Keyword& whole, const text::FuzzyKeyword& part) {
  if (part.anywhere || !is_words(whole.text)) return false;
  text::FuzzyText found;
  found.assign(whole.text);
  return found.contains(part);
}

bool holds_with_errors(const ListedKeyword& whole, const text::FuzzyKeyword& part) {
  return whole.exact ? holds(*whole.exact, part) : holds(*whole.fuzzy, part);
}

}  // namespace

bool is_found_with(const ListedKeyword& whole, const ListedKeyword& part) {
  if (whole.compared == part.compared) return true;
  if (part.fuzzy) return holds_with_errors(whole, *part.fuzzy);
  bool found = false;
  for_each_found_with(whole, [&](const std::string& compared) { found |= compared == part.compared; });
  return found;
}

void for_each_found_with(const ListedKeyword& keyword, const std::function<void(const std::string&)>& say) {
  say(keyword.compared);
  if (!keyword.exact || keyword.exact->text.size() > kLongestTakenApart) return;
  text::for_each_part(*keyword.exact, [&](std::string_view part) { say("=" + std::string(part)); });
}

KeywordList::KeywordList(const std::vector<std::string>& members, int edits) {
  for (const std::string& member : members) {
    members_.push_back(listed(member, edits));
    const bool is_new = first_.emplace(members_.back().compared, members_.size() - 1).second;
    if (members_.back().exact) {
      ++exact_;
    } else if (is_new && fuzzy_.size() < kMostFuzzy) {
      fuzzy_.push_back(members_.size() - 1);
    }
  }
}

const ListedKeyword* KeywordList::same(const ListedKeyword& keyword) const {
  const auto found = first_.find(keyword.compared);
  return found == first_.end() ? nullptr : &members_[found->second];
}

const ListedKeyword* KeywordList::held_in(const ListedKeyword& keyword) const {
  const ListedKeyword* held = nullptr;
  if (keyword.exact && keyword.exact->text.size() <= kLongestTakenApart && exact_ > 0) {
    text::for_each_part(*keyword.exact, [&](std::string_view part) {
      if (held != nullptr) return;
      const auto found = first_.find("=" + std::string(part));
      if (found != first_.end()) held = &members_[found->second];
    });
  }
  if (held != nullptr) return held;
  for (const size_t index : fuzzy_) {
    const ListedKeyword& member = members_[index];
    if (member.compared == keyword.compared) continue;
    if (holds_with_errors(keyword, *member.fuzzy)) return &member;
  }
  return nullptr;
}

}  // namespace sbx
