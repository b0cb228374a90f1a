// SPDX-License-Identifier: Apache-2.0
// The regular expressions of tokenizers: Oniguruma's dialect as far as ICU's agrees with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/models/tokenizer_json.h"
#include "runtime/models/tokenizer_text.h"

namespace sbx::models {

/// Characters [begin, end) of a piece.
struct Match {
  size_t begin = 0, end = 0;
};

/// A pattern that is searched for: a text, or a regular expression.
class Pattern {
 public:
  /// `{"String": …}` or `{"Regex": …}`.
  static Pattern read(const JsonNode& node);
  static Pattern regex(std::string_view expression, const JsonNode& place);

  Pattern(Pattern&&) noexcept;
  ~Pattern();

  /// Matches that do not overlap, from left to right. Ends early where they take longer than a second.
  [[nodiscard]] std::vector<Match> find(PlacedSpan text) const;

 private:
  Pattern();
  struct Compiled;
  std::u32string literal_;
  std::unique_ptr<const Compiled> compiled_;  // null: a literal
};

}  // namespace sbx::models
