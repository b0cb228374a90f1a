// SPDX-License-Identifier: Apache-2.0
// What of a text bears on a question: BM25 of its passages, in whole numbers, so that every machine keeps the same ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sbx::effects {

/// Stands in a text for what was left out.
inline constexpr std::string_view kLeftOut = "[…]";

/// The words that are asked about, read once for many texts.
class Question {
 public:
  explicit Question(std::string_view text);
  /// Each time that the passage says a word of the question, the word's number. Returns how many words the passage has.
  uint32_t find(std::string_view passage, std::vector<uint32_t>& found) const;
  [[nodiscard]] size_t words() const { return words_.size(); }

 private:
  std::unordered_map<std::string, uint32_t> words_;
};

/// Lines; a long one ends after a sentence, else after a word, else after a character. One after the other they are the text.
[[nodiscard]] std::vector<std::string_view> passages_of(std::string_view text);

/// How much each passage bears on the question, among the others.
[[nodiscard]] std::vector<int64_t> relevance(const Question& question, const std::vector<std::string_view>& passages);

/// The passages that bear most on the question, the later one of two alike, in their order and with `kLeftOut` for what stood between them:
/// together of at most `budget` tokens, or `kLeftOut` alone. A text that is within the budget comes back as it is.
[[nodiscard]] std::string extract(std::string_view text, const Question& question, int64_t budget);

}  // namespace sbx::effects
