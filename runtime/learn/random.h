// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine: the standard's distributions are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace sbx::learn {

/// SplitMix64 (Steele, Lea and Flood 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  [[nodiscard]] uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t z = state_;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }
  /// Below `bound`, which is at least 1 and less than 2^32, by multiplication (Lemire 2019; the bias is below 2^-32).
  [[nodiscard]] size_t below(size_t bound) { return static_cast<size_t>((next() >> 32) * bound >> 32); }
  /// In [0, 1).
  [[nodiscard]] double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  uint64_t state_;
};

/// Fisher and Yates.
template <class T>
void shuffle(std::span<T> values, Random& random) {
  for (size_t left = values.size(); left > 1; --left) std::swap(values[left - 1], values[random.below(left)]);
}

}  // namespace sbx::learn
