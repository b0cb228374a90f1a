// SPDX-License-Identifier: Apache-2.0
// A policy that was compiled ahead of time (`signalbox build`), loaded from a shared object. Needs no compiler.
#pragma once

#include <memory>
#include <string>

#include "runtime/base/result.h"
#include "runtime/program/program.h"

namespace sbx {

/// Loads `path`, which is run as native code: load only what you trust. The object stays loaded as long as the program.
/// Fails with R0753 (cannot be loaded, or is no policy), R0754 (made for another version of the contract), R0755 (its module is damaged).
[[nodiscard]] Result<std::unique_ptr<Program>> load_object(const std::string& path);

}  // namespace sbx
