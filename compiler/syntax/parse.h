// SPDX-License-Identifier: Apache-2.0
// Text to tree. The only stage that sees ANTLR; its words never reach a user.
#pragma once

#include "compiler/syntax/ast.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/source/source.h"

namespace sbx::syntax {

/// The tree of `file`. Reports every syntax error (E01xx) and exceeded limit (E040x) and keeps what it could read:
/// a broken declaration or action is an Invalid node. Thread-safe; `sources` is only read.
[[nodiscard]] ast::File parse(const SourceSet& sources, FileId file, Diagnostics& diags);

}  // namespace sbx::syntax
