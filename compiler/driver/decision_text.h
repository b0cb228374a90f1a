// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "runtime/engine/decision.h"
#include "runtime/program/manifest.h"

namespace sbx::driver {

/// A decision for people: route, model, reasoning mode, what else is set, and why; several lines. `all`: also what models said of the
/// request, and which were not asked.
[[nodiscard]] std::string decision_text(const std::string& subject, const Manifest& manifest, const Decision& decision, bool all);

}  // namespace sbx::driver
