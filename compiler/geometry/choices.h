// SPDX-License-Identifier: Apache-2.0
// A reading that is wished for, as half-spaces: those that hold in any case, and ways to grant it, each of which takes more of them.
#pragma once

#include "compiler/geometry/half_spaces.h"
#include "compiler/geometry/measures.h"

namespace sbx::geometry {

/// The reading shall be in one of the bands (ascending, disjoint, one or more); of `Nearest`, labels by their places.
struct Wish {
  const Measure* measure;  // not owned
  std::vector<Band> bands;
};

/// One way: a band, and the vectors that are largest in it. Either may be null: any.
struct Choice {
  Band band;
  const Vector* near = nullptr;
  const Vector* far = nullptr;
  double promise = 0;  // more is more likely, by the direction found so far
};

/// Whether a direction is seen to grant a wish.
[[nodiscard]] bool is_granted(const Wish& wish, const Vector& direction);
/// What holds of every direction that grants it.
[[nodiscard]] std::vector<HalfSpace> common_rows(const Wish& wish);
/// The most promising first. A direction grants the wish if and only if it is in the rows of one of them. `direction` may be null.
[[nodiscard]] std::vector<Choice> choices_of(const Wish& wish, const Vector* direction);
/// How many there are, about.
[[nodiscard]] size_t count_choices(const Wish& wish);
/// The half-spaces of a choice, the common ones apart.
[[nodiscard]] std::vector<HalfSpace> rows_of(const Wish& wish, const Choice& choice);

}  // namespace sbx::geometry
