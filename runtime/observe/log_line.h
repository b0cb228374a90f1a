// SPDX-License-Identifier: Apache-2.0
// A line of the decision log (docs/guides/observing.md): a DECISION, what came of it, and what `replay` needs to decide it again.
#pragma once

#include <string>
#include <vector>

#include "runtime/observe/served.h"

namespace sbx::observe {

/// Without its end. The prompt is not in it; what `mask` names is `"***"`. Explains the decision if that was not done. `request` has a
/// generation.
[[nodiscard]] std::string log_line(Served& request, const std::vector<std::string>& mask);

/// Whether the log keeps one of so many decisions: the same for the same id, in every process.
[[nodiscard]] bool is_sampled(std::string_view decision_id, double share);

/// `2026-05-04T09:30:00.000000Z`.
[[nodiscard]] std::string utc_time(int64_t micros);

}  // namespace sbx::observe
