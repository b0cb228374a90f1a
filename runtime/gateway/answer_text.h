// SPDX-License-Identifier: Apache-2.0
// What a model has said in an answer, whichever dialect it is in, whole or as a stream of events: texts, refusals, arguments of tool calls.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx::gateway {

struct AnswerText {
  std::string text;     // a line for each that says something: choices, blocks, items, their calls of tools
  std::string choices;  // JSON: `choices` as Chat Completions has them, with their log-probabilities; empty where the answer has none
};

/// R0730 for an answer that is not JSON, or whose events are not.
[[nodiscard]] Result<AnswerText> read_answer(std::string_view content_type, std::string_view body);

}  // namespace sbx::gateway
