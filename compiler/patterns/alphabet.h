// SPDX-License-Identifier: Apache-2.0
// Characters that no pattern of a question tells apart are one symbol.
#pragma once

#include <span>
#include <vector>

#include "compiler/patterns/threads.h"

namespace sbx::patterns {

struct Symbol {
  char32_t shown = 0;  // the character of it that people read most easily
  Beside kind = Beside::Other;
  std::vector<bool> in;  // by set, those of the first language first
};

/// Those that people read most easily first.
[[nodiscard]] std::vector<Symbol> alphabet(std::span<const Language* const> languages);

}  // namespace sbx::patterns
