// SPDX-License-Identifier: Apache-2.0
// What must hold of every module, whoever made it: `lower`, a pass, a parsed text, a compiled object.
#pragma once

#include <string>
#include <vector>

#include "runtime/program/graph.h"

namespace sbx {

/// No value, and no product or partial sum on the way to one, reaches this magnitude: 62 bits and a sign.
inline constexpr int64_t kValueLimit = int64_t{1} << 62;

/// All violations in words; empty for a module that every back end may take. Safe on any data.
[[nodiscard]] std::vector<std::string> verify(const Module& module);

/// Ends the process with a bug report when `verify` finds anything; `after` says which stage made the module.
void check_module(const Module& module, const char* after);

}  // namespace sbx
