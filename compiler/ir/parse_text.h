// SPDX-License-Identifier: Apache-2.0
// Reads back what print() writes, for tests that start from a graph.
#pragma once

#include <string_view>

#include "runtime/base/result.h"
#include "runtime/program/graph.h"

namespace sbx::ir {

/// The graph that `text` describes; bits that it leaves out are never set. An Error names the line. The graph still has to pass verify().
[[nodiscard]] Result<Graph> parse_graph(std::string_view text);

}  // namespace sbx::ir
