// SPDX-License-Identifier: Apache-2.0
// Signals that one model reads in one way: however they are called, they read the same.
#pragma once

#include "compiler/analysis/space.h"

namespace sbx::analysis {

/// Whether two leaves of different signals read the same, but for what stands in for a failure.
[[nodiscard]] bool are_one_reading(const Manifest& manifest, const Leaf& a, const Leaf& b);

/// Excludes that two such leaves read differently, or that one has failed and the other has not.
void exclude_two_readings(Space& space);

}  // namespace sbx::analysis
