// SPDX-License-Identifier: Apache-2.0
// What signals about answers that came with the request have in common; where there are none, or one lacks what is asked of it, they are
// unknown.
#pragma once

#include <span>

#include "runtime/signals/signal.h"

namespace sbx::signals {

/// Reads the last answer.
using ChoiceReader = Reading (*)(const Choice& choice, const Request& request);
/// Reads its tokens, of which there is one at least.
using TokensReader = Reading (*)(std::span<const AnswerToken> tokens);
/// Reads all answers, of which there are as many as `least` at least.
using ChoicesReader = Reading (*)(std::span<const Choice> choices);

[[nodiscard]] std::unique_ptr<Extractor> of_choice(ChoiceReader read);
[[nodiscard]] std::unique_ptr<Extractor> of_tokens(TokensReader read);
[[nodiscard]] std::unique_ptr<Extractor> of_choices(ChoicesReader read, size_t least);

/// The last answer, or the reading that says why there is none.
struct LastChoice {
  const Choice* choice = nullptr;
  Reading missing;
};
[[nodiscard]] LastChoice last_choice(const Observation& observation);
/// The same where it has log-probabilities.
[[nodiscard]] LastChoice last_choice_with_tokens(const Observation& observation);

}  // namespace sbx::signals
