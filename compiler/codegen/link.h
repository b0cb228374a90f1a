// SPDX-License-Identifier: Apache-2.0
// Object → shared object, by the machine's own linker. For object.cpp.
#pragma once

#include <string>

#include "runtime/base/result.h"

namespace sbx::codegen {

[[nodiscard]] Result<std::string> link_shared(const std::string& object);

}  // namespace sbx::codegen
