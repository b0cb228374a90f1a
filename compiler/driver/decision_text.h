// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "runtime/engine/decision.h"
#include "runtime/program/manifest.h"

namespace sbx::driver {

/// A decision for people: route, model, reasoning mode, what else is set, and why; several lines.
[[nodiscard]] std::string decision_text(const std::string& subject, const Manifest& manifest, const Decision& decision);

}  // namespace sbx::driver
