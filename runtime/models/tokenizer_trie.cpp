// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer_trie.h"

#include <algorithm>

namespace sbx::models {

// Breadth first, so that the children of a node are side by side: each node stands for the words [from, to) that share its path.
Trie::Trie(std::vector<std::pair<std::u32string, uint32_t>> words) {
  std::ranges::stable_sort(words, {}, &std::pair<std::u32string, uint32_t>::first);
  struct Range {
    size_t from, to, depth;
  };
  std::vector<Range> ranges{{0, words.size(), 0}};
  nodes_.emplace_back();
  for (size_t at = 0; at < nodes_.size(); ++at) {
    auto [from, to, depth] = ranges[at];
    for (; from < to && words[from].first.size() == depth; ++from) nodes_[at].word = words[from].second;
    nodes_[at].first_child = static_cast<uint32_t>(nodes_.size());
    while (from < to) {
      const char32_t character = words[from].first[depth];
      size_t end = from + 1;
      while (end < to && words[end].first[depth] == character) ++end;
      nodes_.push_back({.character = character});
      ranges.push_back({from, end, depth + 1});
      from = end;
    }
    nodes_[at].children = static_cast<uint32_t>(nodes_.size()) - nodes_[at].first_child;
  }
  ascii_.fill(kNowhere);
  for (uint32_t i = 0; i < nodes_[0].children; ++i) {
    const Place child = nodes_[0].first_child + i;
    if (nodes_[child].character < ascii_.size()) ascii_[nodes_[child].character] = child;
  }
}

Trie::Place Trie::step(Place from, char32_t character) const {
  if (from == kNowhere) return kNowhere;
  if (from == kRoot && character < ascii_.size()) return ascii_[character];
  const auto begin = nodes_.begin() + nodes_[from].first_child, end = begin + nodes_[from].children;
  const auto found = std::lower_bound(begin, end, character, [](const Node& node, char32_t c) { return node.character < c; });
  return found != end && found->character == character ? static_cast<Place>(found - nodes_.begin()) : kNowhere;
}

Trie::Place Trie::walk(Place from, std::u32string_view characters) const {
  for (const char32_t c : characters) from = step(from, c);
  return from;
}

std::optional<uint32_t> Trie::id(Place place) const {
  if (place == kNowhere || nodes_[place].word == kNoWord) return std::nullopt;
  return nodes_[place].word;
}

}  // namespace sbx::models
