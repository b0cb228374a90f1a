// SPDX-License-Identifier: Apache-2.0
// Values that a log must not tell.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "runtime/engine/decision.h"

namespace sbx::observe {

/// Puts `"***"` in the place of every value at one of the paths: names joined by dots (a name may have dots itself), `*` for any; lists are
/// looked through. A reading that is masked is masked in `why` too. What is null stays null, and so does a reading that has no value.
void mask(const std::vector<std::string>& paths, const Manifest& manifest, const Decision& decision, nlohmann::ordered_json& line);

/// Replaces what texts of the prompt were read as, where the policy reads them as such, unless it is a text of the policy.
void mask_prompt(const Manifest& manifest, Decision& decision);

}  // namespace sbx::observe
