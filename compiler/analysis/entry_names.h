// SPDX-License-Identifier: Apache-2.0
// What findings call the entries of a tier: a block need not have a name.
#pragma once

#include <string>

#include "compiler/sema/policy.h"

namespace sbx::analysis {

/// The entry's name in backticks; of a block without one "the block of" and its routes.
[[nodiscard]] std::string said(const sema::Policy& policy, const sema::Entry& entry);

/// One name for it: its own, or that of its first route.
[[nodiscard]] std::string name_of(const sema::Policy& policy, const sema::Entry& entry);

/// What to write so that one of the two is over the other. A block is given a name for that.
[[nodiscard]] std::string how_to_rank(const sema::Entry& a, const sema::Entry& b);

}  // namespace sbx::analysis
