// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/prompt_tokens.h"

#include "runtime/text/tokens.h"

namespace sbx::signals {

int64_t prompt_tokens(const Request& request) {
  constexpr int64_t kMessage = 4, kTool = 8, kImage = 765;
  int64_t total = text::estimate_tokens(request.text_all) + kImage * request.images;
  for (const Message& message : request.messages) {
    total += kMessage;
    for (const Part& part : message.parts) {
      if (part.kind == Part::Kind::ToolUse) total += kTool + text::estimate_tokens(part.name) + text::estimate_tokens(part.text);
    }
  }
  for (const Tool& tool : request.tools) total += kTool + text::estimate_tokens(tool.name) + text::estimate_tokens(tool.description);
  return total;
}

}  // namespace sbx::signals
