// SPDX-License-Identifier: Apache-2.0
// The one way in which whole files are read.
#pragma once

#include <cstddef>
#include <string>

#include "runtime/base/result.h"

namespace sbx {

inline constexpr size_t kLargestFile = size_t{256} << 20;

/// The bytes of the file, pipe or device at `path` (`-`: standard input). R0701 if it cannot be read or has more than `limit` bytes:
/// what never ends is not waited for.
[[nodiscard]] Result<std::string> read_file(const std::string& path, size_t limit = kLargestFile);

}  // namespace sbx
