// SPDX-License-Identifier: Apache-2.0
// A module as text for people and tests (`dump --after=lower`): the graph in full, of the manifest what one needs to read it.
#pragma once

#include <string>

#include "runtime/program/graph.h"

namespace sbx::ir {

/// Stable text. What stands after `//` is for the reader; the rest is what `parse_graph` reads back.
[[nodiscard]] std::string print(const Module& module);

}  // namespace sbx::ir
