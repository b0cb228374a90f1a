// SPDX-License-Identifier: Apache-2.0
// Files → trees, following `use "…"`; each file once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/base/result.h"
#include "runtime/diag/diagnostic.h"

namespace sbx {

struct LoadedFiles {
  std::vector<ast::File> files;  // those asked for first, then what they use
  size_t roots = 0;              // how many were asked for
  Diagnostics diags;             // what the parser said; a used file that cannot be read
};

/// Reads and parses `paths` and all files they use; of a path in `texts` that text. A path that cannot be read is an Error; a used one a
/// diagnostic at its `use`.
[[nodiscard]] Result<LoadedFiles> load_files(const std::vector<std::string>& paths, SourceSet& sources,
                                             const std::map<std::string, std::string>& texts = {});
/// The same, from text that is called `path`.
[[nodiscard]] LoadedFiles load_text(std::string path, std::string text, SourceSet& sources,
                                    const std::map<std::string, std::string>& texts = {});
/// How the loader tells files apart: without links, `.` and `..`, where the path exists.
[[nodiscard]] std::string canonical_path(const std::string& path);

}  // namespace sbx
