// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::analysis {

/// Of all policies that were checked together: what one file declares may be another policy's.
void check_unused(const std::vector<sema::Policy>& policies, Diagnostics& diags);

}  // namespace sbx::analysis
