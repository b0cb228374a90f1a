// SPDX-License-Identifier: Apache-2.0
// How a text is cut into the pieces that the model turns into tokens one by one: `pre_tokenizer` of tokenizer.json.
#pragma once

#include <memory>

#include "runtime/models/tokenizer_json.h"
#include "runtime/models/tokenizer_regex.h"
#include "runtime/models/tokenizer_text.h"

namespace sbx::models {

class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  /// Adds the pieces of a piece that is not empty.
  virtual void split(PlacedSpan piece, Pieces& out) const = 0;
};

/// Null where the document has none.
std::unique_ptr<const PreTokenizer> read_pre_tokenizer(const JsonNode& node);

/// What becomes of a match that pieces are cut at.
enum class Delimiter : uint8_t { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// Cuts at `matches`; `inverted`: at what is between them.
void split_at(PlacedSpan piece, const std::vector<Match>& matches, Delimiter delimiter, bool inverted, Pieces& out);

/// Each character for which it holds, as a match.
template <class Holds>
std::vector<Match> matches_of(PlacedSpan piece, Holds holds) {
  std::vector<Match> result;
  for (size_t i = 0; i < piece.size(); ++i) {
    if (holds(piece[i].value)) result.push_back({i, i + 1});
  }
  return result;
}

}  // namespace sbx::models
