// SPDX-License-Identifier: Apache-2.0
// The nodes of one graph, made again by the builder of another.
#pragma once

#include <vector>

#include "compiler/ir/builder.h"

namespace sbx::diff {

/// By the ids of the graph that was copied.
struct Copied {
  std::vector<ValueId> values;
  std::vector<GuardId> guards;
};

/// `leaves` by the LeafIds of `from`.
[[nodiscard]] Copied copy_graph(const Graph& from, const std::vector<LeafId>& leaves, ir::GraphBuilder& to);

}  // namespace sbx::diff
