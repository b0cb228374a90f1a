// SPDX-License-Identifier: Apache-2.0
// A decision beside the one that was recorded.
#pragma once

#include <optional>
#include <string>

#include "runtime/engine/decision.h"

namespace sbx::replay {

/// What a decision is compared by, as TraceParser::recorded writes it.
[[nodiscard]] std::string compared_part(const Manifest& manifest, const Decision& decision);

/// Where two such texts say different things, in words: "`route` was "code" and is now "proof"". Nothing: they say the same.
[[nodiscard]] std::optional<std::string> difference(const std::string& recorded, const std::string& now);

}  // namespace sbx::replay
