// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sbx::driver {

/// How often this thread has called operator new since it began. Counts nothing under a sanitizer, which has its own.
[[nodiscard]] uint64_t allocations();

}  // namespace sbx::driver
