// SPDX-License-Identifier: Apache-2.0
// The conversation so far.
#include "runtime/signals/kinds.h"
#include "runtime/signals/typed.h"

namespace sbx::signals::fields {

Reading session_id(const Request& request, const Type& type) { return typed(request.session.id, type); }
Reading previous_model(const Request& request, const Type& type) { return typed(request.session.previous_model, type); }

Reading idle(const Request& request, const Type& type) {
  constexpr int64_t kMicrosOfMilli = 1000;
  Range range = full_range(type);
  if (!request.session.idle_ms || *request.session.idle_ms < 0 || *request.session.idle_ms > range.high / kMicrosOfMilli) return unknown();
  return known(*request.session.idle_ms * kMicrosOfMilli);
}

Reading open_tool_loop(const Request& request, const Type&) { return known(request.session.open_tool_loop); }

}  // namespace sbx::signals::fields
