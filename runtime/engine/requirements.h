// SPDX-License-Identifier: Apache-2.0
// What a policy requires, held against one decision. Proving it for all is the checker's.
#pragma once

#include <functional>
#include <vector>

#include "runtime/engine/decision.h"

namespace sbx {

/// The requirements that `decision` certainly breaks: for one of its attempts `when` holds, and the condition cannot any more, whatever
/// is still unread. `must` and `may` speak of bits of the match.
[[nodiscard]] std::vector<const Requirement*> broken_requirements(const Manifest& manifest, const Decision& decision,
                                                                  const std::function<bool(uint32_t)>& must,
                                                                  const std::function<bool(uint32_t)>& may);

}  // namespace sbx
