// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/answers.h"

namespace sbx::signals {
namespace {

struct OfChoice final : Extractor {
  ChoiceReader reader = nullptr;
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const LastChoice last = last_choice(observation);
    return last.choice == nullptr ? last.missing : reader(*last.choice, observation.request);
  }
};

struct OfTokens final : Extractor {
  TokensReader reader = nullptr;
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const LastChoice last = last_choice_with_tokens(observation);
    return last.choice == nullptr ? last.missing : reader(last.choice->tokens);
  }
};

struct OfChoices final : Extractor {
  ChoicesReader reader = nullptr;
  size_t least = 1;
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Result<std::vector<Choice>>& choices = observation.texts.choices(observation.request);
    if (!choices) return unknown(choices.error().message);
    if (choices->size() < least) return unknown("one answer alone agrees with none");
    return reader(*choices);
  }
};

}  // namespace

LastChoice last_choice(const Observation& observation) {
  const Result<std::vector<Choice>>& choices = observation.texts.choices(observation.request);
  if (!choices) return {nullptr, unknown(choices.error().message)};
  return {&choices->back(), {}};
}

LastChoice last_choice_with_tokens(const Observation& observation) {
  LastChoice last = last_choice(observation);
  if (last.choice == nullptr || !last.choice->tokens.empty()) return last;
  return {nullptr, unknown("the answer came without log-probabilities: its `logprobs` have no `content`")};
}

std::unique_ptr<Extractor> of_choice(ChoiceReader read) {
  auto extractor = std::make_unique<OfChoice>();
  extractor->reader = read;
  return extractor;
}

std::unique_ptr<Extractor> of_tokens(TokensReader read) {
  auto extractor = std::make_unique<OfTokens>();
  extractor->reader = read;
  return extractor;
}

std::unique_ptr<Extractor> of_choices(ChoicesReader read, size_t least) {
  auto extractor = std::make_unique<OfChoices>();
  extractor->reader = read;
  extractor->least = least;
  return extractor;
}

}  // namespace sbx::signals
