// SPDX-License-Identifier: Apache-2.0
// answer.mean_logprob, min_logprob, first_logprob, certainty: how likely the model found what it wrote.
#include <algorithm>

#include "runtime/signals/answers.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"

namespace sbx::signals {
namespace {

using Tokens = std::span<const AnswerToken>;

double mean(Tokens tokens) {
  double sum = 0;
  for (const AnswerToken& token : tokens) sum += token.logprob;
  return sum / static_cast<double>(tokens.size());
}

double least(Tokens tokens) { return std::ranges::min_element(tokens, {}, &AnswerToken::logprob)->logprob; }

// Adaptive VLM routing (2603.12823): (mean + |min|) / |min|, 1 where nothing was in doubt.
double certainty(Tokens tokens) {
  const double min = least(tokens);
  return min >= 0 ? 1 : std::clamp((mean(tokens) - min) / -min, 0.0, 1.0);
}

}  // namespace

Bound bind_mean_logprob(const Binding&) {
  return of_tokens([](Tokens tokens) { return known(to_millionths(mean(tokens))); });
}
Bound bind_min_logprob(const Binding&) {
  return of_tokens([](Tokens tokens) { return known(to_millionths(least(tokens))); });
}
Bound bind_first_logprob(const Binding&) {
  return of_tokens([](Tokens tokens) { return known(to_millionths(tokens.front().logprob)); });
}
Bound bind_certainty(const Binding&) {
  return of_tokens([](Tokens tokens) { return known(to_millionths(certainty(tokens))); });
}

}  // namespace sbx::signals
