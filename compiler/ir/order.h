// SPDX-License-Identifier: Apache-2.0
// From `over` to the one order in which bits stand (docs/design/semantics.md).
#pragma once

#include <vector>

#include "runtime/program/manifest.h"

namespace sbx::ir {

/// Adds to every entry's `beats` what those it beats beat. False when an entry would beat itself.
[[nodiscard]] bool close_beats(Tier& tier);

/// All routes: tier before tier, winner before beaten, else source order; blocks in one piece. Needs `beats` without a cycle.
[[nodiscard]] std::vector<RouteId> linear_order(const std::vector<Tier>& tiers);

}  // namespace sbx::ir
