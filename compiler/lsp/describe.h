// SPDX-License-Identifier: Apache-2.0
// What a name is, told to a person.
#pragma once

#include <string>

#include "compiler/lsp/snapshot.h"

namespace sbx::lsp {

/// `keywords(any: [text] = [], …): bool`: as the standard library declares it.
[[nodiscard]] std::string signature(const Library& library, const sema::Extern& built_in);

/// Markdown: the declaration, its type and cost, its documentation. Empty where nothing is known.
[[nodiscard]] std::string describe(const Snapshot& snapshot, const NameUse& name);

/// The costliest class of what `symbol` is computed from, itself included.
[[nodiscard]] CostClass cost_of(const sema::Policy& policy, const sema::Symbol& symbol);

}  // namespace sbx::lsp
