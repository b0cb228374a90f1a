// SPDX-License-Identifier: Apache-2.0
// How the oracle walks a graph: the order of its nodes, one node at a time. For runtime/program itself and for tools that print or check
// graphs.
#pragma once

#include <span>
#include <vector>

#include "runtime/program/program.h"

namespace sbx {

/// One node of a graph.
struct Step {
  bool guard = false;
  uint32_t index = 0;
};

/// All nodes, every one after its operands: the order in which they were made. Empty for a graph that has no such order and is not empty.
[[nodiscard]] std::vector<Step> schedule(const Graph& graph);

/// Evaluates the nodes of `steps` into `values` and `guards`, which have one element for each node. Pure; allocates nothing.
void evaluate_into(const Graph& graph, std::span<const Step> steps, const sbx_frame& frame, std::span<ValueState> values,
                   std::span<GuardState> guards);

/// The value of `lerp` at `x`: rounded down.
[[nodiscard]] int64_t lerp_at(const Lerp& lerp, int64_t x);

}  // namespace sbx
