// SPDX-License-Identifier: Apache-2.0
// Text to parse tree (tree.cpp) to tree (build_ast*.cpp).
#include "compiler/syntax/parse.h"

#include "compiler/syntax/build_ast.h"
#include "compiler/syntax/tree.h"

namespace sbx::syntax {

ast::File parse(const SourceSet& sources, FileId file, Diagnostics& diags) {
  ParseTree tree(sources, file, diags);
  if (!tree.root) return {file, {}};
  return Builder(sources, file, tree.tokens, tree.all, diags).file(tree.root);
}

}  // namespace sbx::syntax
