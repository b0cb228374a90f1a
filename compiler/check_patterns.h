// SPDX-License-Identifier: Apache-2.0
// Patterns that match nearly every text; alternatives that others cover; two signals that are the same pattern.
#pragma once

#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx {

/// Reports such patterns (W0556) at the signal that has them: what automata prove, nothing else. The policy's signals must have passed
/// check_signals.
void check_patterns(const SourceSet& sources, const sema::Policy& policy, Diagnostics& diags);

}  // namespace sbx
