// SPDX-License-Identifier: Apache-2.0
// The resolved policy as stable text.
#pragma once

#include <string>

#include "compiler/sema/policy.h"

namespace sbx::sema {

/// All of `policy`, for `dump --after=resolve`.
[[nodiscard]] std::string print(const Policy& policy);

/// What `policy` means: the same for two policies that differ only in layout, comments, places or tests. Hashed for its revision.
[[nodiscard]] std::string meaning_text(const Policy& policy);

/// One expression with its parentheses written out.
[[nodiscard]] std::string print(const Policy& policy, const Expr& expr);

}  // namespace sbx::sema
