// SPDX-License-Identifier: Apache-2.0
// From `over` to who beats whom, and to the one order in which bits stand (docs/design/semantics.md).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/program/manifest.h"

namespace sbx::ir {

/// `over[i]` lists what i is directly over; the result lists all that i beats, ascending. Nothing when one would beat itself.
[[nodiscard]] std::optional<std::vector<std::vector<uint32_t>>> close_over(const std::vector<std::vector<uint32_t>>& over);

/// Adds to every entry's `beats` what those it beats beat. False when an entry would beat itself.
[[nodiscard]] bool close_beats(Tier& tier);

/// All routes: tier before tier, winner before beaten, else source order; blocks in one piece. Needs `beats` without a cycle.
[[nodiscard]] std::vector<RouteId> linear_order(const std::vector<Tier>& tiers);

}  // namespace sbx::ir
