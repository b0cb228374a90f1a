// SPDX-License-Identifier: Apache-2.0
// Whether two policies are worth the same.
#pragma once

#include <cstdint>
#include <span>

namespace sbx::learn {

/// Two one-sided tests at 5 % (Schuirmann 1987): whether the 90 % bootstrap interval of the mean of a[i] - b[i] lies within -margin to
/// margin. Nothing is equivalent to nothing.
[[nodiscard]] bool is_equivalent(std::span<const double> a, std::span<const double> b, double margin, uint64_t seed = 0);

}  // namespace sbx::learn
