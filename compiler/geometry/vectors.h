// SPDX-License-Identifier: Apache-2.0
// Directions that an encoder gives to texts: vectors of length one. A similarity is the cosine of two of them.
#pragma once

#include <cstdint>
#include <vector>

namespace sbx::geometry {

using Vector = std::vector<double>;

/// The scalar product. Both have one dimension.
[[nodiscard]] double dot(const Vector& a, const Vector& b);

/// A cosine as a reading: millionths, rounded half away from zero, within -1 and 1 (docs/language/numbers.md).
[[nodiscard]] int64_t to_reading(double cosine);

/// Readings from `lo` to `hi`, in millionths, both included.
struct Band {
  int64_t lo = -1'000'000, hi = 1'000'000;
};

}  // namespace sbx::geometry
