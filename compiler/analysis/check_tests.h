// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::analysis {

/// Tests that cannot tell this policy from another: they expect nothing, or only what every request gets.
void check_tests(const sema::Policy& policy, Diagnostics& diags);

}  // namespace sbx::analysis
