// SPDX-License-Identifier: Apache-2.0
// Which declarations of two policies differ, whether a decision shows it or not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/sema/policy.h"
#include "runtime/source/source.h"

namespace sbx::diff {

/// Without `old` it is new, without `now` it is gone.
struct DeclaredChange {
  std::string kind, name;
  std::optional<std::string> old, now;
};

struct Declared {
  const sema::Policy& policy;
  const SourceSet& sources;
};

/// By kind, in the order of the old policy, then what is new. A declaration that got another name has not changed.
[[nodiscard]] std::vector<DeclaredChange> declared_changes(const Declared& old, const Declared& now);

}  // namespace sbx::diff
