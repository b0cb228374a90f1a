// SPDX-License-Identifier: Apache-2.0
// NumPy's file format, as far as vectors need it.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::models {

[[nodiscard]] bool is_npy(std::string_view bytes);

/// The rows of an array of one or two dimensions: float32 or float64, little-endian, row by row (numpy/lib/format.py, versions 1 to 3). An
/// Error (E0333) for anything else; the text goes after the path.
[[nodiscard]] Result<std::vector<std::vector<double>>> parse_npy(std::string_view bytes);

}  // namespace sbx::models
