// SPDX-License-Identifier: Apache-2.0
// Lists of keywords that say less than they seem to: a member twice, a member that another makes superfluous or impossible.
#pragma once

#include <set>
#include <string>

#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx {

/// Reports such lists (W0556) at the signal that has them. The policy's signals must have passed check_signals. Returns the names of those
/// that can never hold.
std::set<std::string> check_keywords(const SourceSet& sources, const sema::Policy& policy, Diagnostics& diags);

}  // namespace sbx
