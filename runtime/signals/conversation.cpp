// SPDX-License-Identifier: Apache-2.0
// Who has said how much so far: messages of the assistant, the tools it called, and what they answered.
#include <algorithm>

#include "runtime/signals/kinds.h"

namespace sbx::signals::fields {
namespace {

Reading count_parts(const Request& request, Part::Kind kind) {
  int64_t count = 0;
  for (const Message& message : request.messages) count += std::ranges::count(message.parts, kind, &Part::kind);
  return known(count);
}

}  // namespace

Reading replies(const Request& request, const Type&) {
  return known(static_cast<int64_t>(std::ranges::count(request.messages, Role::Assistant, &Message::role)));
}
Reading tool_calls(const Request& request, const Type&) { return count_parts(request, Part::Kind::ToolUse); }
Reading tool_results(const Request& request, const Type&) { return count_parts(request, Part::Kind::ToolResult); }

}  // namespace sbx::signals::fields
