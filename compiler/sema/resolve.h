// SPDX-License-Identifier: Apache-2.0
// Names → ids, types, units: trees of all files of a run → resolved policies.
#pragma once

#include <vector>

#include "compiler/sema/catalog.h"
#include "compiler/sema/policy.h"
#include "compiler/syntax/ast.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::sema {

/// Adds to `files` the modules of the standard library that they `use` or stand `under`, transitively.
void load_modules(SourceSet& sources, std::vector<ast::File>& files, const Catalog& catalog, Diagnostics& diags);

/// Every policy of the first `roots` files (in order), each with its modules and base laid in. The other files were brought in by
/// `use`: their policies are not compiled, their shared declarations and modules are visible to whoever uses them. Reports all it can.
std::vector<Policy> resolve(const SourceSet& sources, const std::vector<ast::File>& files, size_t roots, const Catalog& catalog,
                            Diagnostics& diags);

}  // namespace sbx::sema
