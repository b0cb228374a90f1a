// SPDX-License-Identifier: Apache-2.0
// All ways at once in which an automaton can be going through a text.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "compiler/patterns/language.h"

namespace sbx::patterns {

/// What stands beside a place in the text.
enum class Beside : uint8_t { Nothing, LineEnd, Word, Other };
[[nodiscard]] Beside beside(char32_t character);

/// The steps that were reached, sorted, each with what it has promised of the rest of the text: `$` may stand before a line end if
/// nothing follows that. Empty: the pattern can no longer match.
using Threads = std::vector<uint32_t>;
/// The pattern has matched, whatever follows.
[[nodiscard]] inline bool have_matched(const Threads& threads) { return threads.size() == 1 && threads.front() == UINT32_MAX; }
[[nodiscard]] inline Threads matched_threads() { return {UINT32_MAX}; }

class ThreadStepper {
 public:
  explicit ThreadStepper(const Language& language);

  [[nodiscard]] Threads begin() const { return {thread(language_.start, kFree)}; }
  /// What a character makes of them; `takes` says whether it is in a set of the language.
  [[nodiscard]] Threads after(const Threads& threads, Beside before, Beside character, const std::function<bool(size_t)>& takes);
  /// Whether the pattern has matched if the text ends here.
  [[nodiscard]] bool matched_at_end(const Threads& threads, Beside before);
  /// Whether what stands before matters.
  [[nodiscard]] bool has_tests() const { return has_tests_; }
  /// Steps looked at so far.
  [[nodiscard]] int64_t work() const { return work_; }

 private:
  static constexpr uint32_t kFree = 0, kLastLineEnd = 1, kEnd = 2, kPromises = 3;
  static uint32_t thread(uint32_t step, uint32_t promise) { return step * kPromises + promise; }

  // Follows all steps that take no character; what is left is in closed_.
  void close(const Threads& threads, Beside before, Beside next);
  void reach(uint32_t step, uint32_t promise);
  void test(const Test& test, uint32_t promise, Beside before, Beside next);

  // Whether every match starts where the text does.
  [[nodiscard]] bool starts_with_text();

  const Language& language_;
  bool has_tests_;
  bool starts_once_;
  int64_t work_ = 0;
  std::vector<bool> reached_;
  std::vector<uint32_t> closed_;
};

/// Whether the pattern matches the text.
[[nodiscard]] bool matches(const Language& language, std::string_view text);

}  // namespace sbx::patterns
