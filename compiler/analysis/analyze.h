// SPDX-License-Identifier: Apache-2.0
// What a policy does over all requests: findings, each proved, and shown by a request where it speaks of one.
#pragma once

#include "compiler/analysis/world.h"
#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/program/graph.h"

namespace sbx::analysis {

/// `policy` has no errors, and `module` is what it was lowered to. `world` makes the requests.
void analyze(const sema::Policy& policy, const Module& module, World& world, Diagnostics& diags);

}  // namespace sbx::analysis
