// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/fixes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sbx::analysis {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::array<std::string_view, 2> kOperators{"and", "or"};  // the tighter one first

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

/// The next byte behind `at` that is no space; the end if there is none.
size_t next(std::string_view text, size_t at) { return std::min(text.find_first_not_of(kSpaces, at), text.size()); }
/// One past the last byte before `at` that is no space.
size_t previous(std::string_view text, size_t at) {
  const size_t found = at == 0 ? std::string_view::npos : text.find_last_not_of(kSpaces, at - 1);
  return found == std::string_view::npos ? 0 : found + 1;
}

bool ends_with_word(std::string_view text, std::string_view word) {
  return text.ends_with(word) && (text.size() == word.size() || !is_word(text[text.size() - word.size() - 1]));
}
bool starts_with_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || !is_word(text[word.size()]));
}

}  // namespace

std::optional<Edit> without_operand(const SourceSet& sources, Span operand) {
  const std::string_view text = sources[operand.file].text;
  size_t begin = operand.begin, end = operand.end;
  for (;;) {  // its own parentheses go with it
    const size_t open = previous(text, begin), close = next(text, end);
    if (open == 0 || text[open - 1] != '(' || close == text.size() || text[close] != ')') break;
    begin = open - 1;
    end = close + 1;
  }
  const std::string_view before = text.substr(0, previous(text, begin)), after = text.substr(next(text, end));
  const auto edit = [&](size_t from, size_t to) {
    return Edit{{operand.file, static_cast<uint32_t>(from), static_cast<uint32_t>(to)}, ""};
  };
  for (const std::string_view word : kOperators) {  // the one that binds it
    if (ends_with_word(before, word)) return edit(previous(text, before.size() - word.size()), end);
    if (starts_with_word(after, word)) return edit(begin, next(text, text.size() - after.size() + word.size()));
  }
  return std::nullopt;
}

Edit declared_after(const SourceSet& sources, Span before, const std::string& declaration) {
  const std::string_view text = sources[before.file].text;
  const size_t line = before.begin == 0 ? 0 : text.rfind('\n', before.begin - 1) + 1;
  const std::string_view indent = text.substr(line, next(text, line) - line);
  const size_t rest = text.find_first_not_of(" \t", before.end);
  const bool is_last = rest == std::string_view::npos || text[rest] == '\n' || text.substr(rest).starts_with("//");
  const auto at = static_cast<uint32_t>(is_last ? std::min(text.find('\n', before.end), text.size()) : before.end);
  return {{before.file, at, at}, "\n" + std::string(indent) + declaration};
}

std::optional<Edit> with_bound(const SourceSet& sources, Span comparison, bool included) {
  const std::string_view text = sources.text(comparison);
  const size_t at = text.find_first_of("<>");
  if (at == std::string_view::npos || text.find_first_of("<>", at + 1) != std::string_view::npos) return std::nullopt;
  const bool is_included = text.substr(at + 1).starts_with('=');
  if (is_included == included) return std::nullopt;
  const auto end = comparison.begin + static_cast<uint32_t>(at) + (is_included ? 2 : 1);
  return Edit{{comparison.file, comparison.begin + static_cast<uint32_t>(at), end}, std::string(1, text[at]) + (included ? "=" : "")};
}

}  // namespace sbx::analysis
