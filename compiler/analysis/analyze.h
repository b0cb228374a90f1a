// SPDX-License-Identifier: Apache-2.0
// What a policy does over all requests: findings, each proved, and shown by a request where it speaks of one.
#pragma once

#include <optional>
#include <vector>

#include "compiler/analysis/grounds.h"
#include "compiler/analysis/promises.h"
#include "compiler/analysis/world.h"
#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/program/graph.h"

namespace sbx::analysis {

/// What a winner can cost, and how long it can take, in the worst case; nothing: there is no bound.
struct Worst {
  std::optional<Decimal> dollars;
  std::optional<Decimal> milliseconds;
};
struct Bounds {
  std::vector<Worst> routes;  // by RouteId
  Worst otherwise;
};

/// `policy`, of `sources`, has no errors, and `required` is what spell_out() made of a copy of it, which was lowered to `module`, with the
/// inputs that say what models can serve. `world` makes the requests. What is not settled by `deadline` is said. Each finding says what it
/// rests on. With `only_errors`, what can only warn is passed by, and no bounds are looked for.
Bounds analyze(const SourceSet& sources, const sema::Policy& policy, const std::vector<Required>& required, const Module& module,
               World& world, Diagnostics& diags, std::optional<Deadline> deadline = std::nullopt, const Known& known = {},
               bool only_errors = false);

}  // namespace sbx::analysis
