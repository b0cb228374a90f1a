// SPDX-License-Identifier: Apache-2.0
// Findings that their author allows stay, and no longer count.
#pragma once

#include <set>
#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/diag/diagnostic.h"

namespace sbx {

/// The findings in `files`, of which `roots` were asked for, those that a comment allows marked as suppressed. Reports comments that can
/// allow nothing (W0561) and, in the files asked for whose policies the analysis has `looked_at`, those that nothing needs (W0560).
[[nodiscard]] Diagnostics suppress(const SourceSet& sources, const std::vector<ast::File>& files, size_t roots,
                                   const std::set<FileId>& looked_at, Diagnostics diags);

}  // namespace sbx
