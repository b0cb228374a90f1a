// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/program/graph.h"

namespace sbx::passes {

/// Removes the nodes that no output, route, clause or score needs, and numbers the others anew in the order they were made.
[[nodiscard]] Module drop_unused(Module module);

}  // namespace sbx::passes
