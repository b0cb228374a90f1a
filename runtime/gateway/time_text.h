// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace sbx::gateway {

/// `2026-05-04T09:30:00.250Z` of microseconds since 1970.
[[nodiscard]] std::string time_text(int64_t us);

}  // namespace sbx::gateway
