// SPDX-License-Identifier: Apache-2.0
// A module as JSON: what an ahead-of-time object carries beside its code, and what replay and diff read.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/program/graph.h"

namespace sbx {

/// The whole module, exact to the integer; stable for equal modules.
[[nodiscard]] std::string to_json(const Module& module);

/// Reads what to_json wrote; an Error for anything else, also for a module that does not pass verify().
[[nodiscard]] Result<Module> module_from_json(std::string_view text);

}  // namespace sbx
