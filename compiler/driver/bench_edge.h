// SPDX-License-Identifier: Apache-2.0
// What a decision costs from the bytes of a request on: decoding, reading its free signals, interning, matching.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/program/program.h"

namespace sbx::driver {

/// Nanoseconds a request of `lines` (JSON lines of envelopes), the median of some passes of this thread; and the bits of the winners.
struct EdgeCost {
  double ns = 0;
  std::vector<uint32_t> winners;
};
[[nodiscard]] Result<EdgeCost> measure_edge(const Program& program, const std::string& lines);

}  // namespace sbx::driver
