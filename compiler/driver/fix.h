// SPDX-License-Identifier: Apache-2.0
// `check --fix`: edits are laid in and the result is checked again, until nothing changes.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compiler/pipeline.h"

namespace sbx::driver {

using Texts = std::map<std::string, std::string>;  // by path

/// How to check again, and what may be changed.
struct Fixing {
  std::function<Result<Checked>(const Texts&)> check;  // with these texts in place of the files
  std::function<bool(const Diagnostic&)> is_wanted;    // whether a finding is to be fixed
  std::function<bool(const std::string& path)> is_writable;
};

/// A fix that was tried and not kept.
struct RefusedFix {
  Kind kind;
  std::string path, message, title;
  friend auto operator<=>(const RefusedFix&, const RefusedFix&) = default;
};

/// What came of it. Nothing has been written.
struct Fixed {
  Checked checked;   // over the fixed texts
  Texts texts;       // of the files that changed
  size_t count = 0;  // fixes that are kept
  std::vector<RefusedFix> refused;
};

/// Applies the fix of every finding that has one, is wanted and is not suppressed, and checks again; at most 10 times. Among several
/// fixes the author has to choose. A fix is kept only if its
/// finding is gone and nothing is worse than before.
[[nodiscard]] Result<Fixed> apply_fixes(Checked checked, const Fixing& fixing);

}  // namespace sbx::driver
