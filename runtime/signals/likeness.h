// SPDX-License-Identifier: Apache-2.0
// How alike two texts are worded: the cosine of their word and character n-grams. No model is asked.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sbx::signals {

struct Gram {
  uint32_t bucket = 0;
  double count = 0;
};
/// By bucket, each once.
using Grams = std::vector<Gram>;

[[nodiscard]] Grams grams_of(std::string_view text);
/// 0 to 1; 0 with a text that has none.
[[nodiscard]] double cosine(const Grams& a, const Grams& b);

}  // namespace sbx::signals
