// SPDX-License-Identifier: Apache-2.0
// A text as counts of hashed word and character n-grams: what linear models look at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::models {

/// Which n-grams are counted, over the text folded as keywords are (runtime/text). 0 to 0: none of that kind.
struct FeatureSpec {
  uint8_t word_from = 1, word_to = 2;
  uint8_t char_from = 2, char_to = 5;
  bool within_words = false;  // character n-grams do not cross words: each word stands between two spaces
  uint8_t bits = 18;          // buckets: 2^bits, half of them by words and half by characters where both are counted
  friend bool operator==(const FeatureSpec&, const FeatureSpec&) = default;
};

struct Feature {
  uint32_t bucket = 0;
  float count = 0;
};

/// Working memory; one thread at a time. What `extract` returns is valid until the next call; sorted by bucket, each once.
class FeatureExtractor {
 public:
  explicit FeatureExtractor(const FeatureSpec& spec) : spec_(spec) {}
  [[nodiscard]] const std::vector<Feature>& extract(std::string_view text);

 private:
  FeatureSpec spec_;
  std::vector<Feature> features_;
  std::string bytes_;
  std::vector<char32_t> folded_;
  std::vector<uint64_t> words_;
  std::vector<uint32_t> buckets_;
};

}  // namespace sbx::models
