// SPDX-License-Identifier: Apache-2.0
// `traceparent` (W3C Trace Context): which trace a request belongs to.
#pragma once

#include "runtime/http/message.h"
#include "runtime/observe/served.h"

namespace sbx::gateway {

/// Takes the trace that the client says, or begins one.
void read_trace_context(const http::Headers& headers, observe::Served& served);
/// Says it to the model's server, with the span of the call.
void set_trace_context(const observe::Served& served, std::string_view span, http::Headers& headers);

}  // namespace sbx::gateway
