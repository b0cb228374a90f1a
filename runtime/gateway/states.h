// SPDX-License-Identifier: Apache-2.0
// What a policy remembers, by name and shape: what a reload keeps of it.
#pragma once

#include <string>
#include <vector>

#include "runtime/program/manifest.h"
#include "runtime/state/store.h"

namespace sbx::gateway {

/// The memories of its selectors and the counters of its budgets, each once.
[[nodiscard]] std::vector<state::Schema> schemas_of(const Manifest& manifest);

/// Before a policy is served; one line on what was kept, or why that could not be.
[[nodiscard]] std::string adopt_states(state::Store& store, const Manifest& manifest);

}  // namespace sbx::gateway
