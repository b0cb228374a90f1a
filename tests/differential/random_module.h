// SPDX-License-Identifier: Apache-2.0
// Random decision graphs and readings, straight through the graph builder: shapes that no policy text leads to as well.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/abi/decide.h"
#include "runtime/program/graph.h"
#include "tests/differential/random.h"

namespace sbx::differential {

/// A module that passes verify(), the same for the same seed. `size` is about how many routes it has.
[[nodiscard]] Module random_module(uint64_t seed, uint32_t size);

/// Readings for one request, owned.
struct Readings {
  std::vector<int64_t> lo, hi;
  std::vector<uint8_t> state;

  /// Refers to this; `settled` when every leaf is known.
  [[nodiscard]] sbx_frame frame() const;
  void know(uint32_t leaf, int64_t value);
  void fail(uint32_t leaf, Range range);
  void wait(uint32_t leaf, Range range);
};

/// For each leaf the numbers at which a test of it changes, and their neighbours.
[[nodiscard]] std::vector<std::vector<int64_t>> thresholds(const Module& module);

enum class Mix : uint8_t { Known, Settled, Pending };  // Settled: known and failed; Pending: all three

/// Readings at, beside and between the thresholds. A leaf whose signal says `or else` never fails, but its confidence may.
[[nodiscard]] Readings random_readings(const Module& module, const std::vector<std::vector<int64_t>>& thresholds, Mix mix, Random& random);

/// Settles one pending leaf at random; false when none is left.
bool settle_one(const Module& module, const std::vector<std::vector<int64_t>>& thresholds, Readings& readings, Random& random);

}  // namespace sbx::differential
