// SPDX-License-Identifier: Apache-2.0
// answer.uncertain_tokens(above:), answer.uncertain_share(above:): tokens whose normalised entropy is high. HRBench (2605.28398):
// H = -sum p log p / log k over the k likeliest tokens; a fast answer is redone with thinking if 3 tokens are above 0.1, or 5 % of them.
#include <algorithm>
#include <cmath>

#include "runtime/signals/answers.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"

namespace sbx::signals {
namespace {

double entropy(const AnswerToken& token) {
  double sum = 0;
  for (const double logprob : token.top) sum -= std::exp(logprob) * logprob;
  return sum / std::log(static_cast<double>(token.top.size()));
}

struct Uncertain final : Extractor {
  double above = 0.1;
  bool is_share = false;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const LastChoice last = last_choice_with_tokens(observation);
    if (last.choice == nullptr) return last.missing;
    const std::vector<AnswerToken>& tokens = last.choice->tokens;
    if (std::ranges::any_of(tokens, [](const AnswerToken& token) { return token.top.size() < 2; }))
      return unknown("the answer came without the likeliest tokens: a token has less than two `top_logprobs`");
    const int64_t count = std::ranges::count_if(tokens, [&](const AnswerToken& token) { return entropy(token) > above; });
    return known(is_share ? to_millionths(static_cast<double>(count) / static_cast<double>(tokens.size())) : count);
  }
};

Bound bind_uncertain(const Binding& binding, bool is_share) {
  const int64_t above = millionths_argument(binding.info.arguments, "above").value_or(100'000);
  if (above < 0 || above >= 1'000'000) return Error{"E0306", "`above` is a normalised entropy, 0 or more and less than 1"};
  auto extractor = std::make_unique<Uncertain>();
  extractor->above = static_cast<double>(above) / 1e6;
  extractor->is_share = is_share;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace

Bound bind_uncertain_tokens(const Binding& binding) { return bind_uncertain(binding, false); }
Bound bind_uncertain_share(const Binding& binding) { return bind_uncertain(binding, true); }

}  // namespace sbx::signals
