// SPDX-License-Identifier: Apache-2.0
// sbx_head → Request.
#pragma once

#include <optional>

#include "runtime/embed/signalbox.h"
#include "runtime/request/request.h"

namespace sbx::embed {

/// What precedes a body, owned. `request.has_body` is false.
struct Head {
  Request request;
  std::optional<Dialect> dialect;  // said, or told by the path
  int64_t deadline_us = -1;
  bool explain = false;
  bool body_withheld = false;
};

/// Nothing if the struct is not as the contract has it, or the dialect is none.
[[nodiscard]] std::optional<Head> read_head(const sbx_head* given);

}  // namespace sbx::embed
