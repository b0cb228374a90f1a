// SPDX-License-Identifier: Apache-2.0
// Numbers that are the same on every machine for the same seed.
#pragma once

#include <cstdint>
#include <vector>

namespace sbx::differential {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t x = state_;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
  /// One of [0, bound).
  uint32_t below(size_t bound) { return static_cast<uint32_t>(next() % bound); }
  /// One of [low, high].
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(next() % (static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1));
  }
  bool chance(uint32_t percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& of) {
    return of[below(of.size())];
  }

 private:
  uint64_t state_;
};

}  // namespace sbx::differential
