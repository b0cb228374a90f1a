// SPDX-License-Identifier: Apache-2.0
// Which signals can be read before a request's body is there.
#pragma once

#include "runtime/program/manifest.h"
#include "runtime/request/request.h"

namespace sbx::signals {

/// A request without its body, and whether its dialect is known already (else the body's shape tells it).
struct HeadView {
  const Request& request;
  bool dialect_known = false;
};

/// Whether reading the signal needs the body. Without a head: whether it may need it on any request.
[[nodiscard]] bool reads_body(const Manifest& manifest, SignalId signal, const HeadView* head);

}  // namespace sbx::signals
