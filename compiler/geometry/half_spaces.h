// SPDX-License-Identifier: Apache-2.0
// Is there a direction that lies within all of these half-spaces? Both answers come with what shows them, which is checked before it is
// given: a direction, or weights that prove that there is none.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "compiler/geometry/vectors.h"

namespace sbx::geometry {

/// near · x - far · x ≥ a bound. A direction that is found keeps `inner`; that there is none is proved for `outer`, which is less.
struct HalfSpace {
  const Vector* near;  // not owned; of length one, or null, which counts as zero
  const Vector* far;   // the same; not both are null
  double inner = 0, outer = 0;
};

/// No unit vector is in all of them: those at these places exclude each other (not the fewest that do).
struct NoDirection {
  std::vector<size_t> because;
};
/// Neither was found: rounding decides, or the rows leave no dimension free (rank(A) is the dimension).
struct Undecided {};
using Direction = std::variant<Vector, NoDirection, Undecided>;

/// {x : |x| = 1, A x ≥ b} is empty if the least norm of {A x ≥ b} is over 1. If it is not, and the rank of A is below the dimension, what
/// is missing to length one is added at right angles to A's rows, and the set is not. Deterministic. Needs one half-space or more.
[[nodiscard]] Direction find_direction(std::span<const HalfSpace> within);

}  // namespace sbx::geometry
