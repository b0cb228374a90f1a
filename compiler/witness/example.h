// SPDX-License-Identifier: Apache-2.0
// Texts that a regular expression is likely to match. Guesses: whoever asks reads them with the real matcher.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx::witness {

/// Short texts, one for each branch of the outermost choices, at most `most`.
[[nodiscard]] std::vector<std::string> examples(std::string_view expression, size_t most = 16);

}  // namespace sbx::witness
