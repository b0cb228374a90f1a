// SPDX-License-Identifier: Apache-2.0
// What signals read of the direction of a text, by the vectors that they are measured from.
#pragma once

#include <optional>
#include <variant>

#include "compiler/geometry/vectors.h"

namespace sbx::geometry {

// Vectors are of length one, all of a measure's of one dimension; every list has one or more.

/// The largest cosine to one of the vectors.
struct Similarity {
  std::vector<Vector> vectors;
  bool operator==(const Similarity&) const = default;
};
/// The similarity to `hard` less the one to `easy`.
struct Contrast {
  std::vector<Vector> hard, easy;
  bool operator==(const Contrast&) const = default;
};
/// The place of the label with the largest similarity, if that is at least the label's floor and leads all others' by the margin; else
/// `labels.size()`, which stands for `none`. Floors and margin are in millionths.
struct Nearest {
  std::vector<std::vector<Vector>> labels;
  std::vector<int64_t> floors;  // beside `labels`
  int64_t margin = 0;           // not negative
  bool operator==(const Nearest&) const = default;
};
using Measure = std::variant<Similarity, Contrast, Nearest>;

/// What is read of a direction: millionths, or the place of a label. Nothing where rounding decides who is nearest.
[[nodiscard]] std::optional<int64_t> read(const Measure& measure, const Vector& direction);

/// Some vector of a measure.
[[nodiscard]] const Vector& first_vector(const Measure& measure);

}  // namespace sbx::geometry
