// SPDX-License-Identifier: Apache-2.0
// What `check` tells of each route without analysis: an upper bound of what deciding it reads, and whom it may call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/sema/policy.h"

namespace sbx::driver {

struct RouteFacts {
  std::string name;
  std::vector<std::string> signals_max;  // signals that are not free and that a decision for this route may read, sorted
  uint32_t calls_max = 0;                // attempts at most
  std::vector<std::string> candidates;   // models it may call, in order of mention
};

/// One row a route, in source order, then one of `otherwise` if there is one.
[[nodiscard]] std::vector<RouteFacts> route_facts(const sema::Policy& policy);

}  // namespace sbx::driver
