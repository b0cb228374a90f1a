// SPDX-License-Identifier: Apache-2.0
// Findings as people read them: with a request that is short enough to be read at a glance.
#pragma once

#include <string>

#include "runtime/diag/diagnostic.h"

namespace sbx::driver {

/// What a finding says, for tools that show a text and a place: its message with the words under the place, its notes, the request in
/// brief, and what to do, a line each.
[[nodiscard]] std::string told(const Diagnostic& finding);
/// The finding with its request in brief, for people.
[[nodiscard]] Diagnostic with_brief_request(const Diagnostic& finding);

}  // namespace sbx::driver
