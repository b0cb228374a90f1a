// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sbx::driver {

/// `signalbox --version`, as text or JSON. Returns the exit status.
int print_version(const std::string& format);

}  // namespace sbx::driver
