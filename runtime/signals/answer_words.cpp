// SPDX-License-Identifier: Apache-2.0
// answer.mentions(any:): whether the answer holds words, by the one scan. answer.confidence_at(words:, window:): how sure the model was around the
// last of them; DEER (2504.15895) lets thinking end at a word such as "wait" where that is 0.85 or more.
#include <algorithm>
#include <cmath>

#include "runtime/signals/answers.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"
#include "runtime/text/fold.h"

namespace sbx::signals {
namespace {

constexpr int kMostWindow = 1000;

struct Mentions final : Extractor {
  text::EntrySet words;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const LastChoice last = last_choice(observation);
    if (last.choice == nullptr) return last.missing;
    return known(words.count(observation.texts.hits_of_choice(observation.signals.database(), observation.request)) > 0);
  }
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c & 0x80) != 0; }

/// Where the word stands last in `text` between characters that are no letters; npos: nowhere.
size_t last_place(const std::string& text, const std::string& word) {
  for (size_t at = text.rfind(word); at != std::string::npos; at = at == 0 ? std::string::npos : text.rfind(word, at - 1)) {
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    const size_t end = at + word.size();
    if (begins && (end == text.size() || !is_letter(text[end]))) return at;
  }
  return std::string::npos;
}

struct ConfidenceAt final : Extractor {
  std::vector<std::string> words;  // in small letters of ASCII
  size_t window = 10;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const LastChoice last = last_choice_with_tokens(observation);
    if (last.choice == nullptr) return last.missing;
    const std::vector<AnswerToken>& tokens = last.choice->tokens;
    const std::optional<size_t> place = last_word(tokens);
    if (!place) return unknown("the answer has none of the words");
    const size_t first = *place < window ? 0 : *place - window, end = std::min(tokens.size(), *place + window + 1);
    double sum = 0;
    for (size_t i = first; i < end; ++i) sum += std::exp(tokens[i].logprob);
    return known(to_millionths(std::clamp(sum / static_cast<double>(end - first), 0.0, 1.0)));
  }

 private:
  // The token in which the last of the words begins: tokens cut words where they like.
  std::optional<size_t> last_word(const std::vector<AnswerToken>& tokens) const {
    std::string text;
    std::vector<size_t> ends;
    for (const AnswerToken& token : tokens) {
      for (const char c : token.text) text += text::ascii_lower(c);
      ends.push_back(text.size());
    }
    std::optional<size_t> last;
    for (const std::string& word : words) {
      const size_t at = last_place(text, word);
      if (at != std::string::npos) last = std::max(last.value_or(0), at);
    }
    if (!last) return std::nullopt;
    return static_cast<size_t>(std::ranges::upper_bound(ends, *last) - ends.begin());
  }
};

}  // namespace

Bound bind_mentions(const Binding& binding) {
  auto extractor = std::make_unique<Mentions>();
  const std::vector<std::string> words = list_argument(binding.info.arguments, "any");
  if (words.empty()) return Error{"E0306", "`any` is empty, so it never holds"};
  for (const std::string& word : words) {
    const Result<text::EntryId> entry = binding.rules.add_keyword(word);
    if (!entry) return entry.error();
    extractor->words.add(*entry);
  }
  return std::unique_ptr<Extractor>(std::move(extractor));
}

Bound bind_confidence_at(const Binding& binding) {
  auto extractor = std::make_unique<ConfidenceAt>();
  const Result<int> window = count_argument(binding.info.arguments, "window", 10, kMostWindow);
  if (!window) return window.error();
  extractor->window = static_cast<size_t>(*window);
  for (std::string word : list_argument(binding.info.arguments, "words")) {
    std::ranges::transform(word, word.begin(), text::ascii_lower);
    if (word.empty()) return Error{"E0306", "a word of `words` is empty"};
    extractor->words.push_back(std::move(word));
  }
  if (extractor->words.empty()) return Error{"E0306", "`words` is empty, so it is never known"};
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
