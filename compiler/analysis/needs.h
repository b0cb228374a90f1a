// SPDX-License-Identifier: Apache-2.0
// For search.cpp alone.
#pragma once

#include <span>
#include <vector>

#include "compiler/analysis/arithmetic.h"
#include "compiler/analysis/space.h"

namespace sbx::analysis {

/// What the world is asked for: a request whose leaves read what the region leaves them, what arithmetic or geometry chose for them in
/// `points`, and what the question itself asks of them in `where`.
[[nodiscard]] std::vector<Need> needs_of(const Space& space, const Region& region, const Points& points, std::span<const Need> where);

}  // namespace sbx::analysis
