// SPDX-License-Identifier: Apache-2.0
// How long the whole prompt is: what the input `tokens` reads and what must fit a model's context.
#pragma once

#include <cstdint>

#include "runtime/request/request.h"

namespace sbx::signals {

/// An estimate: texts by their script (runtime/text/tokens.h), calls and descriptions of tools, 4 for a message, 8 for a tool or a
/// call, 765 for an image. Never less for a request with more in it.
[[nodiscard]] int64_t prompt_tokens(const Request& request);

}  // namespace sbx::signals
