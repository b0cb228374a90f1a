// SPDX-License-Identifier: Apache-2.0
// Checks of a resolved policy that need no analysis, one file each; resolve.cpp is their list.
#pragma once

#include <functional>

#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::sema {

/// No circle of `over` (E0211).
void check_over(const Policy& policy, Diagnostics& diags);
/// Strict routes and narrowing rules are decided whatever is unknown (E0314).
void check_decided(const Policy& policy, Diagnostics& diags);
/// In strict tiers a claim can only add a refusal (E0315).
void check_claims(const Policy& policy, Diagnostics& diags);
/// Numbers of routes, rules and signals (E0411, E0412).
void check_limits(const Policy& policy, size_t keywords, Diagnostics& diags);

/// Calls `visit` for `expr` and every expression below it, also inside derived signals and decision tables.
void each_below(const Policy& policy, const Expr& expr, const std::function<void(const Expr&)>& visit);
/// The expressions directly below `expr`.
[[nodiscard]] std::vector<const Expr*> children(const Expr& expr);
[[nodiscard]] std::vector<Expr*> children(Expr& expr);

}  // namespace sbx::sema
