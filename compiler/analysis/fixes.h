// SPDX-License-Identifier: Apache-2.0
// Edits that mend what the analysis finds. Whether one may be offered, the check proves; whether it can be written, these find out.
#pragma once

#include <optional>
#include <string>

#include "runtime/diag/diagnostic.h"
#include "runtime/source/source.h"

namespace sbx::analysis {

/// Takes an operand of `and` or `or` out of its condition, with the operator. Nothing where a comment or another form stands in the way.
[[nodiscard]] std::optional<Edit> without_operand(const SourceSet& sources, Span operand);
/// A declaration on a line of its own behind another, which stands at `before`.
[[nodiscard]] Edit declared_after(const SourceSet& sources, Span before, const std::string& declaration);
/// Includes the bound of a comparison, or leaves it out: `<` and `<=`, `>` and `>=`. Nothing if it is so already.
[[nodiscard]] std::optional<Edit> with_bound(const SourceSet& sources, Span comparison, bool included);

}  // namespace sbx::analysis
