// SPDX-License-Identifier: Apache-2.0
// The one way to lay out a policy: tokens and comments to canonical text.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/source/source.h"

namespace sbx::format {

/// The canonical text of `file`: same tokens (but for parentheses where `and` meets `or`), same comments, same meaning, which is checked
/// by reading it again. An Error when the file has syntax errors, which are in `diags`, or when the check fails; then nothing may be
/// written.
[[nodiscard]] Result<std::string> format(const SourceSet& sources, FileId file, Diagnostics& diags);

}  // namespace sbx::format
