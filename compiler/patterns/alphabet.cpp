// SPDX-License-Identifier: Apache-2.0
#include "compiler/patterns/alphabet.h"

#include <algorithm>
#include <array>
#include <map>

namespace sbx::patterns {
namespace {

using Range = std::pair<char32_t, char32_t>;

// From the easiest to read to the hardest; control characters and the like come last.
constexpr std::array<Range, 7> kReadable{Range{'a', 'z'}, {'0', '9'}, {'A', 'Z'}, {' ', ' '}, {'!', '~'}, {0xC0, 0x24F}, {0x370, 0xD7FF}};

struct Shown {
  size_t rank = kReadable.size();
  char32_t character = 0;
};

Shown easiest(char32_t first, char32_t last) {
  for (size_t rank = 0; rank < kReadable.size(); ++rank) {
    const char32_t character = std::max(first, kReadable[rank].first);
    if (character <= std::min(last, kReadable[rank].second)) return {rank, character};
  }
  return {kReadable.size(), first};
}

/// Where the characters of a set begin or end.
struct Turn {
  char32_t at;
  size_t set;
  bool begins;
};

std::vector<Turn> turns_of(const std::vector<text::CharacterSet>& sets) {
  std::vector<Turn> turns;
  for (size_t set = 0; set < sets.size(); ++set) {
    for (const auto& [first, last] : sets[set]) {
      turns.push_back({first, set, true});
      turns.push_back({last + 1, set, false});
    }
  }
  std::ranges::sort(turns, {}, &Turn::at);
  return turns;
}

}  // namespace

std::vector<Symbol> alphabet(std::span<const Language* const> languages) {
  std::vector<text::CharacterSet> sets;
  for (const Language* language : languages) sets.insert(sets.end(), language->sets.begin(), language->sets.end());
  const size_t of_languages = sets.size();
  sets.push_back({{'\n', '\n'}});
  sets.push_back({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
  sets.push_back({{0, 0xD7FF}, {0xE000, 0x10FFFF}});  // all there are

  struct Found {
    Shown shown;
    Beside kind;
  };
  std::map<std::vector<bool>, Found> found;
  std::vector<bool> in(sets.size());
  const std::vector<Turn> turns = turns_of(sets);
  for (size_t i = 0; i < turns.size(); ++i) {
    in[turns[i].set] = turns[i].begins;
    const bool is_empty = i + 1 == turns.size() || turns[i + 1].at == turns[i].at;
    if (is_empty || !in.back()) continue;
    const Shown shown = easiest(turns[i].at, turns[i + 1].at - 1);
    const auto [symbol, is_new] = found.emplace(in, Found{shown, beside(shown.character)});
    if (!is_new && shown.rank < symbol->second.shown.rank) symbol->second.shown = shown;
  }
  std::vector<std::pair<Shown, Symbol>> ranked;
  for (auto& [key, one] : found) {
    Symbol symbol{one.shown.character, one.kind, key};
    symbol.in.resize(of_languages);
    ranked.emplace_back(one.shown, std::move(symbol));
  }
  std::ranges::sort(ranked, [](const auto& a, const auto& b) {
    return std::pair(a.first.rank, a.first.character) < std::pair(b.first.rank, b.first.character);
  });
  std::vector<Symbol> symbols;
  for (auto& [shown, symbol] : ranked) symbols.push_back(std::move(symbol));
  return symbols;
}

}  // namespace sbx::patterns
