// SPDX-License-Identifier: Apache-2.0
// The operators' interface: everything under /admin needs the token; metrics and the status page's frame do not.
#pragma once

#include "runtime/gateway/serving.h"

namespace sbx::gateway {

/// What the gateway knows of itself at this moment.
struct Standing {
  int64_t connections = 0, inflight = 0;
  bool draining = false;
};

/// Blocks while a policy is loaded: to be called off the loops that serve.
[[nodiscard]] http::Response answer_admin(Serving& serving, const http::Request& request, const Standing& standing);
[[nodiscard]] observe::Gauges gauges_of(const Serving& serving, const Standing& standing);

}  // namespace sbx::gateway
