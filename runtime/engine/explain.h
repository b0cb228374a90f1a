// SPDX-License-Identifier: Apache-2.0
// Why a decision is what it is: the tests that mattered, and the route that came nearest.
#pragma once

#include <optional>

#include "runtime/engine/decision.h"
#include "runtime/engine/frame.h"
#include "runtime/program/program.h"

namespace sbx {

/// Fills `why`, and `near` when `full`. Tests that read a pending signal are left out: they did not matter.
void explain(const Program& program, const Frame& frame, std::optional<RouteId> winner, bool full, Decision& decision);

}  // namespace sbx
