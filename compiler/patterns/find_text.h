// SPDX-License-Identifier: Apache-2.0
// Is there a text that these patterns match and those do not? One pattern implies another where none matches it without the other.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "compiler/patterns/language.h"

namespace sbx::patterns {

/// No text has what was asked for: proved.
struct NoText {};
/// The automata grew too large; nothing is known.
struct TooLarge {};
/// A shortest one, or why there is none.
using FoundText = std::variant<std::string, NoText, TooLarge>;

/// Work that may still be done: steps of automata. One budget for many questions bounds them all.
struct Budget {
  int64_t steps = 20'000'000;
};

[[nodiscard]] FoundText find_text(std::span<const Language* const> all, std::span<const Language* const> none, Budget& budget);

}  // namespace sbx::patterns
