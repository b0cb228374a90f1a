// SPDX-License-Identifier: Apache-2.0
// The comments by which an author allows findings: `// allow(conflict, W0551): reason`, above a declaration or at the end of its line.
#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/diag/diagnostic.h"

namespace sbx {

/// A name or code between the parentheses.
struct AllowedName {
  std::string text;
  Span span;
};

/// One comment. It speaks of the declarations that begin on its line or, where it stands alone, on the next line of text.
struct AllowComment {
  Span span;
  bool is_alone = false;
  std::vector<AllowedName> names;
  std::string reason;
  std::vector<Span> declarations;
};

/// Whether findings of this kind can be allowed: those of the analysis, and warnings. With the others a policy means nothing.
[[nodiscard]] bool can_be_allowed(const KindRow& kind);

/// Whether a policy has a meaning, so that the analysis can look at it: no error but such as can be allowed.
[[nodiscard]] bool is_sound(const Diagnostics& diags);

/// The comments of a file, those that can allow nothing reported and left out (W0561).
[[nodiscard]] std::vector<AllowComment> allow_comments(const SourceSet& sources, const ast::File& file, Diagnostics& diags);

}  // namespace sbx
