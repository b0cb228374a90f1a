// SPDX-License-Identifier: Apache-2.0
// For search.cpp alone.
#pragma once

#include <vector>

#include "compiler/analysis/cursor.h"

namespace sbx::analysis {

/// One quick try to leave all that is forbidden: on the axis that most of it depends on, the class that is in least of it; then the next.
/// A box counts by its share of the region, so that each step lowers the share that is forbidden (the method of conditional
/// expectations: Raghavan 1988). Yes: `region` is narrowed and `forbidden` is empty. No: the caller gives back what was narrowed.
[[nodiscard]] bool dive(const Space& space, std::vector<BoxId>& forbidden, Cursor& region);

}  // namespace sbx::analysis
