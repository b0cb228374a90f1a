// SPDX-License-Identifier: Apache-2.0
// Signals that are read by others: the key of a table, whom a budget counts for and its limit.
#pragma once

#include <string>
#include <vector>

#include "runtime/program/manifest.h"

namespace sbx {

/// What is wrong with them. Readers follow the keys without looking back, so these must come to an end, and soon.
[[nodiscard]] std::vector<std::string> verify_keys(const Manifest& manifest);

}  // namespace sbx
