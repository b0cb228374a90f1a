// SPDX-License-Identifier: Apache-2.0
// A text as tokens with hashed features: what linear taggers look at.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sbx::models {

/// Words, runs of digits, and other characters one by one; white space is between them. Places are code points.
struct Tokens {
  struct Place {
    uint32_t start = 0, end = 0;
  };
  std::vector<Place> places;
  std::vector<uint32_t> buckets;  // of all tokens, one after the other
  std::vector<size_t> ends;       // by token, in `buckets`

  [[nodiscard]] size_t size() const { return places.size(); }
  [[nodiscard]] std::span<const uint32_t> features(size_t token) const {
    const size_t from = token == 0 ? 0 : ends[token - 1];
    return std::span(buckets).subspan(from, ends[token] - from);
  }
};

/// The first `most_bytes` of a text. A token's features are the word, its shape, its beginnings and ends, the same of three neighbours to
/// each side, how it stands in its line, the last plain word before it, what its line is headed by, and what find_personal_data says of it;
/// hashed to 2^bits buckets.
[[nodiscard]] Tokens cut_tokens(std::string_view text, uint8_t bits, size_t most_bytes);

}  // namespace sbx::models
