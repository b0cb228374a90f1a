// SPDX-License-Identifier: Apache-2.0
// Tests of a checked policy as the steps that the engine runs.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/sema/policy.h"
#include "runtime/engine/expect.h"

namespace sbx::driver {

/// Adds to `given` the names of all signals that are given.
[[nodiscard]] std::vector<TestStep> steps_of(const sema::Test& test, std::set<std::string>& given);

}  // namespace sbx::driver
