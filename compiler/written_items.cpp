// SPDX-License-Identifier: Apache-2.0
#include "compiler/written_items.h"

#include <algorithm>
#include <string_view>

namespace sbx {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

/// Behind the closing quote of the text that begins at `at`.
size_t end_of_text(std::string_view source, size_t at) {
  for (++at; at < source.size() && source[at] != '"'; ++at) at += source[at] == '\\' ? 1 : 0;
  return std::min(at + 1, source.size());
}

/// The texts between the parentheses that open behind `at`.
std::vector<Span> texts_of_call(std::string_view source, FileId file, size_t at) {
  std::vector<Span> texts;
  int depth = 0;
  at = source.find('(', at);
  while (at < source.size()) {
    if (source[at] == '"') {
      const size_t end = end_of_text(source, at);
      texts.push_back({file, static_cast<uint32_t>(at), static_cast<uint32_t>(end)});
      at = end;
      continue;
    }
    if (source.substr(at).starts_with("//")) {
      at = source.find('\n', at);
      continue;
    }
    depth += source[at] == '(' ? 1 : source[at] == ')' ? -1 : 0;
    if (depth == 0) break;
    ++at;
  }
  return texts;
}

std::optional<Edit> without_item(std::string_view source, Span item) {
  const size_t after = source.find_first_not_of(kSpaces, item.end), before = source.find_last_not_of(kSpaces, item.begin - size_t{1});
  if (after == std::string_view::npos || before == std::string_view::npos) return std::nullopt;
  if (source[before] == ',') return Edit{{item.file, static_cast<uint32_t>(before), item.end}, ""};
  if (source[after] != ',') return std::nullopt;
  const size_t next = std::min(source.find_first_not_of(kSpaces, after + 1), source.size());
  return Edit{{item.file, item.begin, static_cast<uint32_t>(next)}, ""};
}

}  // namespace

std::optional<Span> written_item(const SourceSet& sources, Span name, const std::string& text, bool last) {
  if (!name.valid()) return std::nullopt;
  const std::string_view source = sources[name.file].text;
  if (!source.substr(std::min<size_t>(source.find_first_not_of(kSpaces, name.end), source.size())).starts_with('=')) return std::nullopt;
  std::vector<Span> found = texts_of_call(source, name.file, name.end);
  std::erase_if(found, [&](Span one) { return sources.text(one) != "\"" + in_source(text) + "\""; });
  return found.empty() || (found.size() > 1 && !last) ? std::nullopt : std::optional(found.back());
}

Span written_alternative(const SourceSet& sources, Span text, const std::string& alternative) {
  const std::string_view source = sources.text(text);
  const std::string written = in_source(alternative);
  constexpr std::string_view kBefore = "|(\")", kBehind = "|)\"";
  std::optional<Span> found;
  for (size_t at = source.find(written, 1); at != std::string_view::npos; at = source.find(written, at + 1)) {
    const size_t end = at + written.size();
    if (end >= source.size() || kBefore.find(source[at - 1]) == std::string_view::npos ||
        kBehind.find(source[end]) == std::string_view::npos)
      continue;
    if (found) return text;
    found = Span{text.file, text.begin + static_cast<uint32_t>(at), text.begin + static_cast<uint32_t>(end)};
  }
  return found.value_or(text);
}

std::optional<Edit> without_alternative(const SourceSet& sources, Span alternative) {
  const std::string_view source = sources[alternative.file].text;
  if (source[alternative.begin - size_t{1}] == '|') return Edit{{alternative.file, alternative.begin - 1, alternative.end}, ""};
  if (source.substr(alternative.end).starts_with('|')) return Edit{{alternative.file, alternative.begin, alternative.end + 1}, ""};
  return std::nullopt;
}

std::string in_source(const std::string& text) {
  std::string written;
  for (const char c : text) written += c == '\\' || c == '"' ? std::string("\\") + c : std::string(1, c);
  return written;
}

std::optional<std::vector<Edit>> without_items(const SourceSet& sources, const std::vector<Span>& items) {
  std::vector<Edit> edits;
  for (const Span item : items) {
    std::optional<Edit> edit = without_item(sources[item.file].text, item);
    if (!edit) return std::nullopt;
    edits.push_back(std::move(*edit));
  }
  std::ranges::sort(edits, {}, [](const Edit& edit) { return edit.span.begin; });
  const auto overlap = [](const Edit& one, const Edit& next) { return next.span.begin < one.span.end; };
  const bool is_clean = !edits.empty() && std::ranges::adjacent_find(edits, overlap) == edits.end();
  return is_clean ? std::optional(std::move(edits)) : std::nullopt;
}

}  // namespace sbx
