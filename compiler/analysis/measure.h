// SPDX-License-Identifier: Apache-2.0
// Shares from samples.
#pragma once

#include "runtime/diag/diagnostic.h"

namespace sbx::analysis {

/// The two-sided interval of Clopper and Pearson (Biometrika 26, 1934): it covers the share with `confidence` at least, whatever the share
/// is. `of` is 1 or more, `confidence` lies between 0 and 1.
[[nodiscard]] Measured measure(uint64_t occurred, uint64_t of, double confidence);

/// `3 of 1000 recorded requests, so 0.0619 % to 0.874 % of all (confidence 95 %)`.
[[nodiscard]] std::string text_of(const Measured& measured);

}  // namespace sbx::analysis
