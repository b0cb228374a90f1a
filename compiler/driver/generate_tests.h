// SPDX-License-Identifier: Apache-2.0
// `signalbox test POLICY --generate -o FILE`: the policy's file with tests that show what its own do not.
#pragma once

#include <optional>

#include "compiler/driver/inputs.h"

namespace sbx::driver {

/// Writes the file. `checked` is then what it holds. An exit status if that failed.
[[nodiscard]] std::optional<int> generate_tests(const std::string& output, const Common& common, CheckedPolicies& checked);

}  // namespace sbx::driver
