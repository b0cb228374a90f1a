// SPDX-License-Identifier: Apache-2.0
// The request of a finding, short enough to be read at a glance. JSON findings have it whole.
#pragma once

#include <string>

#include "runtime/diag/diagnostic.h"

namespace sbx::driver {

/// The envelope on one line: long texts and lists are cut, and what every witness says alike is left out.
[[nodiscard]] std::string brief_request(const std::string& envelope);
/// What a finding says, for tools that show a text and a place: its message with the words under the place, its notes, the request in
/// brief, and what to do, a line each.
[[nodiscard]] std::string told(const Diagnostic& finding);
/// The finding with its request in brief, for people.
[[nodiscard]] Diagnostic with_brief_request(const Diagnostic& finding);

}  // namespace sbx::driver
