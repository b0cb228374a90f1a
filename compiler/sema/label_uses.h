// SPDX-License-Identifier: Apache-2.0
// Which labels a policy compares a signal with: the members of a label whose classifier does not say them (`labels: uses`).
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/sema/scope.h"

namespace sbx::sema {

/// By the text of what is compared (`topic`, `safety.topic`, `language(…)`): its labels in the order they first occur.
using LabelUses = std::unordered_map<std::string, std::vector<std::string>>;

/// All such uses in the units that `unit` sees.
[[nodiscard]] LabelUses label_uses(const Unit& unit, const SourceSet& sources);

}  // namespace sbx::sema
