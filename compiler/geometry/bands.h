// SPDX-License-Identifier: Apache-2.0
// What two similarities can read together, from the angle between the vectors they are measured from: quick, and right as far as it goes.
#pragma once

#include "compiler/geometry/vectors.h"

namespace sbx::geometry {

/// Whether no unit vector reads within `a` from one centre and within `b` from another, `cosine` apart. Two caps (both bands reach 1) with
/// thresholds s, t are apart iff acos(cosine) > acos(s) + acos(t); no other answer is wrong, but may miss that bands are apart. What lies
/// within 1e-9 of the border is not apart.
[[nodiscard]] bool are_apart(double cosine, Band a, Band b);

}  // namespace sbx::geometry
