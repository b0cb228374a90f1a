// SPDX-License-Identifier: Apache-2.0
// What the kernel says of this process.
#pragma once

#include <cstdint>

namespace sbx::observe {

struct ProcessFacts {
  double cpu_seconds = 0;
  double start_time_seconds = 0;  // since 1970
  uint64_t resident_bytes = 0, virtual_bytes = 0;
  uint64_t open_files = 0, max_open_files = 0;
  uint64_t threads = 0;
};

/// Zero is what could not be read.
[[nodiscard]] ProcessFacts process_facts();

}  // namespace sbx::observe
