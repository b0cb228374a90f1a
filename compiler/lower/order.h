// SPDX-License-Identifier: Apache-2.0
// Who beats whom: the `over` relation closed, and the linear order that native code walks.
#pragma once

#include <cstdint>
#include <vector>

namespace sbx::lower {

/// `over[i]` lists what i is directly over; the result lists all that i beats, ascending. No cycles (sema checks).
[[nodiscard]] std::vector<std::vector<uint32_t>> transitive_closure(const std::vector<std::vector<uint32_t>>& over);

/// 0..n-1 such that whoever is over another comes first, else in ascending order.
[[nodiscard]] std::vector<uint32_t> linear_extension(const std::vector<std::vector<uint32_t>>& over);

}  // namespace sbx::lower
