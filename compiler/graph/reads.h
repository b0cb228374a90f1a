// SPDX-License-Identifier: Apache-2.0
// Inside the room only: which signals expressions and actions read, by their own words (a derived signal counts, not what it is made from).
#pragma once

#include <optional>
#include <set>

#include "compiler/sema/policy.h"

namespace sbx::graph {

using Reads = std::set<sema::SymbolId>;

void add_reads(const sema::Policy& policy, const sema::Expr& expr, Reads& reads);
void add_reads(const sema::Policy& policy, const std::optional<sema::Expr>& expr, Reads& reads);
void add_reads(const sema::Policy& policy, const std::vector<sema::Action>& actions, Reads& reads);
/// Settings, keys of splits and actions.
void add_reads(const sema::Policy& policy, const sema::Outcome& outcome, Reads& reads);

}  // namespace sbx::graph
