// SPDX-License-Identifier: Apache-2.0
// Similarities that shall read so, together: each is the largest cosine to one of its prototypes. Satisfied by a direction, or proved to
// exclude each other.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "compiler/geometry/half_spaces.h"

namespace sbx::geometry {

/// The reading shall be in one of the bands (ascending, disjoint, one or more). Prototypes are of length one and one dimension; one or
/// more.
struct Wish {
  std::span<const Vector> prototypes;
  std::vector<Band> bands;
};

/// What a signal with these prototypes reads of a text in this direction.
[[nodiscard]] int64_t reading_of(std::span<const Vector> prototypes, const Vector& direction);

/// A direction that grants all wishes, seen by their readings; NoDirection with places of wishes none of which can be spared; or Undecided.
[[nodiscard]] Direction grant(std::span<const Wish> wishes);

}  // namespace sbx::geometry
