// SPDX-License-Identifier: Apache-2.0
// The n-grams that a model knows, and how much each of them says: texts become sparse vectors of whole numbers, so that the same text
// gives the same bits on every machine.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/models/features.h"

namespace sbx::models {

/// 1.0 of a vector's values.
inline constexpr int32_t kOne = 1 << 14;

/// Working memory of `FeatureTable::read`; one thread at a time. `rows` and `values` belong together; a row may come twice, by two views.
struct SparseText {
  std::vector<uint32_t> rows;
  std::vector<int16_t> values;  // in parts of kOne; each view has length weight/16
  size_t known = 0, cut = 0;    // n-grams of the text that the table has, and all
  bool truncated = false;

  NGrams ngrams;
  std::vector<uint16_t> counts;  // by row, zero between texts
  std::vector<uint32_t> weights;
};

/// Immutable.
class FeatureTable {
 public:
  /// `buckets` ascending, all below 2^bits; `rarities` beside them: inverse document frequencies in sixteenths.
  FeatureTable(FeatureSpec spec, std::vector<uint32_t> buckets, std::vector<uint8_t> rarities);

  /// Known n-grams weigh (1 + ln count) * rarity; each view's vector is brought to the length of its weight (sublinear tf-idf, Manning,
  /// Raghavan and Schuetze 2008, 6.4). Others are passed by.
  void read(std::string_view text, SparseText& out) const;

  [[nodiscard]] const FeatureSpec& spec() const { return spec_; }
  [[nodiscard]] size_t size() const { return buckets_.size(); }
  [[nodiscard]] std::span<const uint32_t> buckets() const { return buckets_; }
  [[nodiscard]] std::span<const uint8_t> rarities() const { return rarities_; }

 private:
  struct Block {
    uint64_t present = 0;  // which of 64 buckets there are
    uint32_t before = 0;   // how many there are in earlier blocks
  };
  void read_view(std::span<const uint32_t> buckets, double length, SparseText& out) const;

  FeatureSpec spec_;
  std::vector<uint32_t> buckets_;
  std::vector<uint8_t> rarities_;
  std::vector<Block> blocks_;
};

/// 16 * (1 + ln((1 + documents) / (1 + frequency))), as much as a byte holds.
[[nodiscard]] uint8_t rarity(size_t documents, size_t frequency);

/// Working memory for texts that are read at the same time; each is used again.
class SparseTexts {
 public:
  [[nodiscard]] std::unique_ptr<SparseText> take() const;
  void give_back(std::unique_ptr<SparseText> text) const;

 private:
  mutable std::mutex mutex_;  // guards free_
  mutable std::vector<std::unique_ptr<SparseText>> free_;
};

}  // namespace sbx::models
