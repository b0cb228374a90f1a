// SPDX-License-Identifier: Apache-2.0
// What is asked of a manifest in many places.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "runtime/program/manifest.h"

namespace sbx {

/// Of all routes in source order, then of `otherwise` and `unserved` where there are such. They belong to the manifest.
[[nodiscard]] std::vector<const Outcome*> outcomes_of(const Manifest& manifest);
/// The signal that the policy calls so.
[[nodiscard]] std::optional<SignalId> find_signal(const Manifest& manifest, std::string_view name);

}  // namespace sbx
