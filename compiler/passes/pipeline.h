// SPDX-License-Identifier: Apache-2.0
// Module → module. What can be folded while a graph is built is folded by ir::GraphBuilder; here is what needs the whole graph.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/program/graph.h"

namespace sbx::passes {

struct Pass {
  std::string_view name;
  Module (*run)(Module);
};

/// All passes, in the order in which they run.
[[nodiscard]] const std::vector<Pass>& pipeline();

/// Runs the pipeline; the result decides as `module` does on every frame.
[[nodiscard]] Module optimize(Module module);

}  // namespace sbx::passes
