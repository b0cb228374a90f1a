// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/feature_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "runtime/base/check.h"

namespace sbx::models {

namespace {

/// 256 * (1 + ln count), rounded: what a last bit of a library's logarithm changes is gone.
std::array<uint16_t, 256> frequency_weights() {
  std::array<uint16_t, 256> weights{};
  for (size_t count = 1; count < weights.size(); ++count)
    weights[count] = static_cast<uint16_t>(std::lround(256 * (1 + std::log(static_cast<double>(count)))));
  return weights;
}

}  // namespace

uint8_t rarity(size_t documents, size_t frequency) {
  const double value = 16 * (1 + std::log((1.0 + static_cast<double>(documents)) / (1.0 + static_cast<double>(frequency))));
  return static_cast<uint8_t>(std::clamp(std::lround(value), 1L, 255L));
}

FeatureTable::FeatureTable(FeatureSpec spec, std::vector<uint32_t> buckets, std::vector<uint8_t> rarities)
    : spec_(std::move(spec)), buckets_(std::move(buckets)), rarities_(std::move(rarities)), blocks_((size_t{1} << spec_.bits) / 64) {
  SBX_CHECK(buckets_.size() == rarities_.size(), "a rarity for each bucket");
  for (const uint32_t bucket : buckets_) blocks_[bucket / 64].present |= uint64_t{1} << bucket % 64;
  uint32_t before = 0;
  for (Block& block : blocks_) {
    block.before = before;
    before += static_cast<uint32_t>(std::popcount(block.present));
  }
  SBX_CHECK(before == buckets_.size(), "a bucket twice");
}

void FeatureTable::read(std::string_view text, SparseText& out) const {
  out.counts.resize(buckets_.size());
  out.rows.clear();
  out.values.clear();
  out.ngrams.cut(text, spec_);
  out.truncated = out.ngrams.truncated();
  out.known = out.cut = 0;
  for (size_t view = 0; view < spec_.views.size(); ++view) read_view(out.ngrams.of(view), spec_.views[view].weight / 16.0, out);
}

void FeatureTable::read_view(std::span<const uint32_t> buckets, double length, SparseText& out) const {
  static const std::array<uint16_t, 256> kFrequencyWeights = frequency_weights();
  const size_t first = out.rows.size();
  out.cut += buckets.size();
  for (const uint32_t bucket : buckets) {
    const Block& block = blocks_[bucket / 64];
    const uint64_t bit = uint64_t{1} << bucket % 64;
    if (!(block.present & bit)) continue;
    ++out.known;
    const uint32_t row = block.before + static_cast<uint32_t>(std::popcount(block.present & (bit - 1)));
    if (out.counts[row]++ == 0) out.rows.push_back(row);
  }
  out.weights.clear();
  uint64_t squares = 0;
  for (size_t i = first; i < out.rows.size(); ++i) {
    uint16_t& count = out.counts[out.rows[i]];
    const uint32_t weight = uint32_t{kFrequencyWeights[std::min<size_t>(count, 255)]} * rarities_[out.rows[i]];
    count = 0;
    out.weights.push_back(weight);
    squares += uint64_t{weight} * weight;
  }
  const double scale = length * kOne / std::sqrt(static_cast<double>(squares));
  for (const uint32_t weight : out.weights) out.values.push_back(static_cast<int16_t>(std::min(32767.0, weight * scale + 0.5)));
}

std::unique_ptr<SparseText> SparseTexts::take() const {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto text = std::move(free_.back());
      free_.pop_back();
      return text;
    }
  }
  return std::make_unique<SparseText>();
}

void SparseTexts::give_back(std::unique_ptr<SparseText> text) const {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(text));
}

}  // namespace sbx::models
