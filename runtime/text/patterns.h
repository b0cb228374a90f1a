// SPDX-License-Identifier: Apache-2.0
// Which regular expressions are taken: those that are matched in linear time.
#pragma once

#include <optional>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx::text {

/// Why `expression` is refused (E0330): bad syntax, what needs backtracking (back-references, look-around), too large, or a match of the
/// empty text; nothing if it is taken.
[[nodiscard]] std::optional<Error> validate_pattern(std::string_view expression);

/// The same for one whose matches are counted, which needs to know where a match starts.
[[nodiscard]] std::optional<Error> validate_counted_pattern(std::string_view expression);

/// Whether `\b` or `\B` stands in it: then words and classes are of ASCII.
[[nodiscard]] bool reads_word_boundaries(std::string_view expression);

/// Flags of Vectorscan for `expression` on any text. `\b` is known of ASCII letters only; without it classes are Unicode's.
[[nodiscard]] unsigned pattern_flags(std::string_view expression, bool counted);
/// The same on texts of ASCII alone, where both come to the same.
[[nodiscard]] unsigned ascii_pattern_flags(bool counted);

}  // namespace sbx::text
