// SPDX-License-Identifier: Apache-2.0
// What happens where the database found something: the rest of a keyword is compared and its edges are looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/text/hits.h"
#include "runtime/text/rules.h"

namespace sbx::text {

/// The distinct anchors of keywords, and which keywords have each: `keywords[begins[a] .. begins[a + 1]]` of anchor a.
struct Anchors {
  std::vector<std::string> texts;
  std::vector<uint32_t> begins;
  std::vector<uint32_t> keywords;  // positions in TextRules::keywords()
};
[[nodiscard]] Anchors group_anchors(const TextRules& rules);

/// Whether a keyword with this edge may have `neighbour` beside it.
[[nodiscard]] bool may_stand_beside(const Edge& edge, Character neighbour);

/// One scan that is going on.
struct Matching {
  const TextRules& rules;
  const Anchors& anchors;
  std::string_view text;
  TextHits& hits;
};

/// A match of the database that ends at `end`; `id` below the number of anchors is one, from there on a pattern.
void on_match(Matching& matching, uint32_t id, uint64_t start, uint64_t end);

}  // namespace sbx::text
