// SPDX-License-Identifier: Apache-2.0
// What a policy declares that a decision may never show: budgets, prices, promises, memories.
#pragma once

#include <string>
#include <vector>

#include "compiler/sema/policy.h"
#include "runtime/source/source.h"

namespace sbx::diff {

struct Declaration {
  std::string kind;     // `budget`, `model`, `persona`, …
  std::string name;     // empty: promises and what is served have none
  std::string text;     // as an author would write it
  std::string meaning;  // what it says, its name apart: of two with the same one is the other, renamed
};

/// In the order of the language's reference. Rows of tables are not among them.
[[nodiscard]] std::vector<Declaration> declarations_of(const sema::Policy& policy, const SourceSet& sources);

/// The rows of a table, by key.
[[nodiscard]] std::vector<Declaration> rows_of(const sema::KeyedTable& table);

}  // namespace sbx::diff
