// SPDX-License-Identifier: Apache-2.0
// Which characters a regular expression for one character takes: the matcher itself is asked, so that nobody else has to know Unicode.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sbx::text {

/// Ascending and disjoint ranges, both ends included; never surrogates.
using CharacterSet = std::vector<std::pair<char32_t, char32_t>>;

struct Atom {
  std::string expression;  // `\d`, `[a-z]`, `(?i)k`
  bool unicode = true;     // classes are Unicode's; false: of ASCII, as beside `\b`
  auto operator<=>(const Atom&) const = default;
};

/// By atom. Empty: none, or the matcher does not take the expression by itself. One scan of all characters, some tens of
/// milliseconds, for what was not asked before. Thread-safe.
[[nodiscard]] std::vector<CharacterSet> characters_of(std::span<const Atom> atoms);

}  // namespace sbx::text
