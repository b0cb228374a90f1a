// SPDX-License-Identifier: Apache-2.0
// A vocabulary as a trie of characters: whole words, and all words that a text begins with.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sbx::models {

/// Immutable. Of equal words the last one counts.
class Trie {
 public:
  using Place = uint32_t;  // where a walk has come to
  static constexpr Place kRoot = 0, kNowhere = UINT32_MAX;

  Trie() : Trie(std::vector<std::pair<std::u32string, uint32_t>>{}) {}
  explicit Trie(std::vector<std::pair<std::u32string, uint32_t>> words);

  [[nodiscard]] Place step(Place from, char32_t character) const;
  [[nodiscard]] Place walk(Place from, std::u32string_view characters) const;
  /// The word that ends here.
  [[nodiscard]] std::optional<uint32_t> id(Place place) const;
  [[nodiscard]] std::optional<uint32_t> find(std::u32string_view word) const { return id(walk(kRoot, word)); }

 private:
  static constexpr uint32_t kNoWord = UINT32_MAX;
  struct Node {
    char32_t character = 0;
    uint32_t first_child = 0, children = 0;  // side by side, by character
    uint32_t word = kNoWord;
  };
  std::vector<Node> nodes_;
  std::array<Place, 128> ascii_{};  // the root's children that are met most
};

}  // namespace sbx::models
