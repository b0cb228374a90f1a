// SPDX-License-Identifier: Apache-2.0
// The request of a finding, short enough for those who read it. JSON findings have it whole.
#pragma once

#include <string>

namespace sbx::witness {

/// The envelope on one line: long texts and lists are cut, and what every witness says alike is left out.
[[nodiscard]] std::string brief_request(const std::string& envelope);
/// The envelope, whole unless it is longer than 4 KiB; else its long texts and lists are cut.
[[nodiscard]] std::string short_request(const std::string& envelope);

}  // namespace sbx::witness
