// SPDX-License-Identifier: Apache-2.0
// The rows nearest to a vector among many: exact, and fast because most rows are ruled out on bytes.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "runtime/selectors/tensor.h"

namespace sbx {

/// Immutable; safe on any number of threads. Refers to the tensor it was made of.
class Neighbours {
 public:
  static constexpr size_t kMostColumns = 4096;
  explicit Neighbours(const Tensor& rows);  // of at most kMostColumns; must outlive it

  struct Near {
    float product = 0;
    size_t row = 0;
  };
  /// The k rows of the largest dot product with `vector`, the largest first; of equal ones the first. As comparing all of them would find.
  [[nodiscard]] std::vector<Near> nearest(std::span<const float> vector, size_t k) const;

 private:
  const Tensor* rows_;
  size_t width_ = 0;             // columns, rounded up
  std::vector<int8_t> bytes_;    // each row by a scale of its own, padded with zeros
  std::vector<float> scale_;     // of a row
  std::vector<float> error_;     // length of the difference between a row and its bytes
  std::vector<float> reach_;     // length of a row, and of that difference
};

}  // namespace sbx
