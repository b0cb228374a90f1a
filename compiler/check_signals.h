// SPDX-License-Identifier: Apache-2.0
// Arguments that have the right type and still mean nothing: patterns, keywords, time zones. The readers of signals are asked,
// so that what is checked is what will be served.
#pragma once

#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx {

/// Reports every signal of `policy` that could not be bound (E0306, E0330 to E0332), at its declaration.
void check_signals(const SourceSet& sources, const sema::Policy& policy, Diagnostics& diags);

}  // namespace sbx
