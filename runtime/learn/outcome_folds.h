// SPDX-License-Identifier: Apache-2.0
// Outcome rows in folds: what is decided about a row is learned from the rows of the other folds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/learn/outcomes.h"

namespace sbx::learn {

struct OutcomeFolds {
  size_t count = 0;             // 0: none, every row is learned from
  std::vector<size_t> of_row;   // by row of the table; empty without folds

  /// Whether a row may be learned from when `row` is decided. Without folds each may, but never the row itself.
  [[nodiscard]] bool is_apart(size_t row, size_t other) const {
    return count == 0 ? row != other : of_row[row] != of_row[other];
  }
};

/// Rows dealt out in an order by `seed`, the same for the same rows; `by_group`: all rows of a group into one fold.
[[nodiscard]] OutcomeFolds make_outcome_folds(const OutcomeTable& table, size_t count, bool by_group, uint64_t seed);

}  // namespace sbx::learn
