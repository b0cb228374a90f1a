// SPDX-License-Identifier: Apache-2.0
// What the formatter must know of each token beyond its text: the roles that only the grammar can tell.
#pragma once

#include <optional>
#include <vector>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/tokens.h"

namespace sbx::syntax {

struct Role {
  bool starts = false;        // first of a declaration, action, field, row or clause: two spaces before it on a line
  bool tight_left = false;    // no space before: the `(` of a call, the `:` behind a name
  bool tight_right = false;   // no space behind: a sign, the `/` of `95/5`
  bool snug = false;          // a brace without space inside: `{free, pro}`
  bool as_written = false;    // in a graph's or feedback's body: the author's spaces, at most two
  bool spaced_colon = false;  // the `:` of a table's row
  uint8_t open_before = 0;    // parentheses to write where `and` meets `or`
  uint8_t close_after = 0;
};

struct Layout {
  ast::File file;
  std::vector<Token> tokens;  // comments included
  std::vector<Role> roles;    // one for each token
};

/// Nothing when the file has errors, which are reported.
[[nodiscard]] std::optional<Layout> layout_of(const SourceSet& sources, FileId file, Diagnostics& diags);

}  // namespace sbx::syntax
