// SPDX-License-Identifier: Apache-2.0
// Numbers in rows: what trained selectors look at, and what they are made of.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace sbx {

/// Stands for a worth that nobody knows; all else is finite.
inline constexpr float kUnknownWorth = std::numeric_limits<float>::lowest();

/// `rows` times `columns` values, row by row. A vector is one row.
struct Tensor {
  size_t rows = 0, columns = 0;
  std::vector<float> values;

  Tensor() = default;
  Tensor(size_t rows, size_t columns) : rows(rows), columns(columns), values(rows * columns) {}
  [[nodiscard]] std::span<const float> row(size_t i) const { return {values.data() + i * columns, columns}; }
  [[nodiscard]] std::span<float> row(size_t i) { return {values.data() + i * columns, columns}; }
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

}  // namespace sbx
