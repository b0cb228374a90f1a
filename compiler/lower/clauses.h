// SPDX-License-Identifier: Apache-2.0
// A guard as its author wrote it, test by test, each tied to the graph nodes that say how it came out.
#pragma once

#include "compiler/lower/expression.h"

namespace sbx::lower {

/// `expr` must not read the route or the model.
[[nodiscard]] Clause clause_of(const sema::Policy& policy, const SourceSet& sources, Expressions& expressions, Leaves& leaves,
                               const sema::Expr& expr);

}  // namespace sbx::lower
