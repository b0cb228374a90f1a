// SPDX-License-Identifier: Apache-2.0
// Names → ids, types, units: trees of all files of a run → resolved policies.
#pragma once

#include <vector>

#include "compiler/sema/catalog.h"
#include "compiler/sema/policy.h"
#include "compiler/syntax/ast.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::sema {

/// Every policy of `files` (in order), each with its modules and base laid in. `used` holds the files that `use "…"` brought in
/// (their policies are not compiled, their shared declarations are visible to whoever uses them). Reports all it can.
std::vector<Policy> resolve(const SourceSet& sources, const std::vector<ast::File>& files, const Catalog& catalog, Diagnostics& diags);

}  // namespace sbx::sema
