// SPDX-License-Identifier: Apache-2.0
// Which dialect a body is in, by its path. decode.h uses it; what the body looks like is judged in dialect.cpp too.
#pragma once

#include <optional>
#include <string_view>

#include "runtime/request/request.h"

namespace sbx {

/// `/v1/messages?beta=true` → messages; `/v1/messages/count_tokens` too. Nothing for a path that says nothing.
[[nodiscard]] std::optional<Dialect> dialect_of_path(std::string_view path);

}  // namespace sbx
