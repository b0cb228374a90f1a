// SPDX-License-Identifier: Apache-2.0
// Answers that models have given to this request already, as a cascade or a vote has them when it decides again: the `choices` of Chat
// Completions, in the request's metadata.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx {

struct AnswerToken {
  std::string text;
  double logprob = 0;
  std::vector<double> top;  // of the likeliest tokens in its place, itself among them; empty: not recorded
};

struct Choice {
  std::string text;
  std::vector<AnswerToken> tokens;  // empty: no log-probabilities are recorded
};

/// The key of metadata that has them.
inline constexpr std::string_view kChoices = "choices";

/// A list of choices as Chat Completions has it, or its items alone, separated by commas. R0730 for what is not JSON, R0732 for a choice
/// of another form.
[[nodiscard]] Result<std::vector<Choice>> parse_choices(std::string_view json);

/// Whether a text is one object of JSON and nothing else.
[[nodiscard]] bool is_json_object(std::string_view text);

}  // namespace sbx
