// SPDX-License-Identifier: Apache-2.0
// The tree as text: what `dump --after=parse` shows and tests compare.
#pragma once

#include <string>

#include "compiler/syntax/ast.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::syntax {

struct PrintOptions {
  bool spans = false;       // `@begin-end` behind each declaration, action and expression
  bool parentheses = true;  // false: `(a)` prints as `a`, to compare meaning rather than spelling
};

/// One declaration, action or field a line, indented by nesting; expressions as `(op operand …)`. Two trees print alike iff they are alike
/// (places apart).
[[nodiscard]] std::string print(const ast::File& file, PrintOptions options = {});
[[nodiscard]] std::string print(const ast::Expr& expr, PrintOptions options = {});

/// One token a line, comments included: `BEGIN-END KIND "TEXT"` in bytes; kinds are keyword, name, number, string, comment, bracket and
/// sign. Reports what parsing reports; nothing for a file that is refused unread.
[[nodiscard]] std::string print_tokens(const SourceSet& sources, FileId file, Diagnostics& diags);

/// A string as the language writes it, quotes and escapes included.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace sbx::syntax
