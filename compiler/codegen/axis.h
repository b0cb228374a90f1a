// SPDX-License-Identifier: Apache-2.0
// Cuts one value's number line into classes and writes the rows of a chunk's terms. For plan.cpp alone.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/codegen/plan.h"

namespace sbx::codegen {

/// What term `bit` of a chunk asks of a leaf. At most one a bit.
struct LeafTerm {
  uint32_t bit = 0;
  const LeafTest* test = nullptr;
};
/// What term `bit` of a chunk asks of a derived value.
struct BoundTerm {
  uint32_t bit = 0;
  Interval within;
};

/// The axis of a leaf whose readings lie in `range`; rows of `words` words.
[[nodiscard]] Axis leaf_axis(ValueId value, Range range, const std::vector<LeafTerm>& terms, uint32_t words, Tables& tables);
/// The axis of a derived value.
[[nodiscard]] Axis derived_axis(ValueId value, Range range, const std::vector<BoundTerm>& terms, uint32_t words, Tables& tables);

}  // namespace sbx::codegen
