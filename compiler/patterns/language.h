// SPDX-License-Identifier: Apache-2.0
// A pattern as the set of all texts that it matches: a nondeterministic automaton over characters, with tests of what lies between them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compiler/patterns/syntax.h"

namespace sbx::patterns {

/// One step of an automaton; the others are named by their positions.
struct TakeOne {
  size_t set;
  uint32_t next;
};
struct Test {
  Edge edge;
  uint32_t next;
};
struct Fork {
  uint32_t first, second;
};
struct Matched {};
using Step = std::variant<TakeOne, Test, Fork, Matched>;

/// Immutable.
struct Language {
  std::vector<Step> steps;
  uint32_t start = 0;
  std::vector<text::CharacterSet> sets;
};

/// By tree; none where there is no tree, or it is too large, or a character of it is one that the matcher alone knows.
[[nodiscard]] std::vector<std::optional<Language>> languages_of(std::span<const std::optional<Tree>> trees);

}  // namespace sbx::patterns
