// SPDX-License-Identifier: Apache-2.0
// Where a library finds the standard library; the command looks beside itself instead.
#pragma once

#include <string>

#include "runtime/base/result.h"

namespace sbx::embed {

/// $SIGNALBOX_HOME/stdlib, ../share/signalbox/stdlib beside the library, the source tree of a build. R0701.
[[nodiscard]] Result<std::string> find_stdlib();

}  // namespace sbx::embed
