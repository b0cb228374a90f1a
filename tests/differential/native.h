// SPDX-License-Identifier: Apache-2.0
// The tiers of native code as matchers to compare with the oracle.
#pragma once

#include <memory>
#include <vector>

#include "runtime/program/program.h"

namespace sbx::differential {

/// Appends the unoptimised and the optimised code of a copy of `module`.
void add_native(const Module& module, std::vector<std::unique_ptr<Matcher>>& matchers);

}  // namespace sbx::differential
