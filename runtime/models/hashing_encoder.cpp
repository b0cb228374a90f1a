// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/hashing_encoder.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>

#include "runtime/models/features.h"

namespace sbx::models {

namespace {

constexpr size_t kDimension = 1024;
// Character n-grams see endings and typing errors; words tell more, so they weigh more.
const FeatureSpec kSpec{.views = {{.view = View::Words, .from = 1, .to = 2}, {.view = View::WithinWords, .from = 3, .to = 5}}};
constexpr float kWeights[] = {1.0F, 0.5F};
constexpr size_t kLetters = 1;  // the view that is empty where a text has none

void add_view(std::span<const uint32_t> buckets, float weight, std::span<float> row) {
  std::vector<uint32_t> sorted(buckets.begin(), buckets.end());
  std::ranges::sort(sorted);
  for (size_t from = 0, to = 0; from < sorted.size(); from = to) {
    while (to < sorted.size() && sorted[to] == sorted[from]) ++to;
    const uint32_t mixed = sorted[from] * 0x9E3779B1U;
    const float value = weight * std::log1p(static_cast<float>(to - from));
    row[mixed >> 22] += (mixed & 1U) != 0 ? value : -value;
  }
}

// A text without words or letters, as `👍`, is like nothing but itself.
void add_whole(std::string_view text, std::span<float> row) {
  constexpr uint64_t kPlaces = 8;
  for (uint64_t i = 0; i < kPlaces; ++i) {
    const uint64_t hash = XXH3_64bits_withSeed(text.data(), text.size(), i);
    row[hash % kDimension] += (hash >> 63) != 0 ? 1.0F : -1.0F;
  }
}

class HashingEncoder final : public Encoder {
 public:
  [[nodiscard]] const std::string& identity() const override { return identity_; }
  [[nodiscard]] Runs runs() const override { return Runs::Embedded; }

  [[nodiscard]] Result<Encoded> encode(std::span<const std::string_view> texts, Deadline) const override {
    Encoded encoded{.dimension = kDimension, .values = std::vector<float>(texts.size() * kDimension), .truncated = {}};
    NGrams grams;
    for (size_t i = 0; i < texts.size(); ++i) {
      const std::span<float> row(encoded.values.data() + i * kDimension, kDimension);
      grams.cut(texts[i], kSpec);
      for (size_t view = 0; view < kSpec.views.size(); ++view) add_view(grams.of(view), kWeights[view], row);
      if (grams.of(kLetters).empty()) add_whole(texts[i], row);
      encoded.truncated.push_back(grams.truncated());
      float squares = 0;
      for (const float value : row) squares += value * value;
      if (squares == 0) row[0] = squares = 1;
      const float scale = 1 / std::sqrt(squares);
      for (float& value : row) value *= scale;
    }
    return encoded;
  }

 private:
  const std::string identity_ = "hashed n-grams 1";
};

}  // namespace

std::shared_ptr<const Encoder> hashing_encoder() {
  static const std::shared_ptr<const Encoder> encoder = std::make_shared<HashingEncoder>();
  return encoder;
}

}  // namespace sbx::models
