// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/matching.h"

#include <map>
#include <optional>

#include "runtime/text/fold.h"

namespace sbx::text {
namespace {

/// Where `wanted` ends if it stands in `text` from `at` on, a space of it being any run of white space.
std::optional<size_t> match_forward(std::string_view text, size_t at, std::string_view wanted) {
  for (char c : wanted) {
    if (c == ' ') {
      if (at >= text.size() || !is_space(text[at])) return std::nullopt;
      while (at < text.size() && is_space(text[at])) ++at;
    } else {
      if (at >= text.size() || ascii_lower(text[at]) != c) return std::nullopt;
      ++at;
    }
  }
  return at;
}

/// Where `wanted` starts if it stands in `text` up to `at`.
std::optional<size_t> match_backward(std::string_view text, size_t at, std::string_view wanted) {
  for (size_t i = wanted.size(); i-- > 0;) {
    if (wanted[i] == ' ') {
      if (at == 0 || !is_space(text[at - 1])) return std::nullopt;
      while (at > 0 && is_space(text[at - 1])) --at;
    } else {
      if (at == 0 || ascii_lower(text[at - 1]) != wanted[i]) return std::nullopt;
      --at;
    }
  }
  return at;
}

void advance(const Matching& matching, const Keyword& keyword, size_t start, size_t end) {
  for (SequenceId sequence : keyword.sequences) {
    const std::vector<EntryId>& steps = matching.rules.sequences()[sequence];
    TextHits::Progress& progress = matching.hits.sequences[sequence.index];
    if (progress.steps >= steps.size() || steps[progress.steps] != keyword.entry || start < progress.end) continue;
    ++progress.steps;
    progress.end = end;
  }
}

void on_anchor(const Matching& matching, const Keyword& keyword, size_t anchor_start, size_t anchor_end) {
  bool once = !keyword.counted && keyword.sequences.empty();
  if (once && matching.hits.has(keyword.entry)) return;
  std::string_view wanted = keyword.text;
  size_t start = anchor_start, end = anchor_end;
  if (keyword.anchor_size != wanted.size()) {
    std::optional<size_t> begins = match_backward(matching.text, start, wanted.substr(0, keyword.anchor_at));
    if (!begins) return;
    std::optional<size_t> ends = match_forward(matching.text, end, wanted.substr(keyword.anchor_at + keyword.anchor_size));
    if (!ends) return;
    start = *begins;
    end = *ends;
  }
  if (!may_stand_beside(keyword.first, character_before(matching.text, start))) return;
  if (!may_stand_beside(keyword.last, character_at(matching.text, end))) return;
  matching.hits.set(keyword.entry);
  if (keyword.counted) ++matching.hits.counts[keyword.entry.index];
  advance(matching, keyword, start, end);
}

/// Matches come in the order of their ends: one that goes on with the last is the same, longer; one that starts inside it is none.
void on_pattern(const Matching& matching, const Pattern& pattern, uint64_t start, uint64_t end) {
  matching.hits.set(pattern.entry);
  if (!pattern.counted) return;
  TextHits::Last& last = matching.hits.last[pattern.entry.index];
  uint32_t& count = matching.hits.counts[pattern.entry.index];
  if (count == 0 || start >= last.end) {
    ++count;
    last = {start, end};
  } else if (start <= last.start) {
    last = {start, end};
  }
}

}  // namespace

bool may_stand_beside(const Edge& edge, Character neighbour) {
  if (neighbour.bytes == 0) return true;
  switch (edge.kind) {
    case CharClass::Unspaced:
      return true;
    case CharClass::Word:
      return class_of(neighbour.value) != CharClass::Word;
    case CharClass::Other:
      return neighbour.value != edge.character;
  }
  return true;
}

Anchors group_anchors(const TextRules& rules) {
  std::map<std::string, std::vector<uint32_t>> groups;
  for (uint32_t i = 0; i < rules.keywords().size(); ++i) {
    const Keyword& keyword = rules.keywords()[i];
    groups[keyword.text.substr(keyword.anchor_at, keyword.anchor_size)].push_back(i);
  }
  Anchors anchors;
  anchors.begins.push_back(0);
  for (auto& [text, keywords] : groups) {
    anchors.texts.push_back(text);
    anchors.keywords.insert(anchors.keywords.end(), keywords.begin(), keywords.end());
    anchors.begins.push_back(static_cast<uint32_t>(anchors.keywords.size()));
  }
  return anchors;
}

void on_match(Matching& matching, uint32_t id, uint64_t start, uint64_t end) {
  size_t anchors = matching.anchors.texts.size();
  if (id >= anchors) {
    on_pattern(matching, matching.rules.patterns()[id - anchors], start, end);
    return;
  }
  size_t anchor_start = end - matching.anchors.texts[id].size();
  for (uint32_t i = matching.anchors.begins[id]; i < matching.anchors.begins[id + 1]; ++i) {
    on_anchor(matching, matching.rules.keywords()[matching.anchors.keywords[i]], anchor_start, end);
  }
}

}  // namespace sbx::text
