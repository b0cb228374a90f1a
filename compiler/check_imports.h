// SPDX-License-Identifier: Apache-2.0
// `use` of a file or a module that nothing in the file needs.
#pragma once

#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/source/source.h"

namespace sbx {

/// Reports each `use` in the first `roots` files of which no name stands anywhere else in its file (W0552). `files` holds all that is used.
void check_imports(const SourceSet& sources, const std::vector<ast::File>& files, size_t roots, Diagnostics& diags);

}  // namespace sbx
