// SPDX-License-Identifier: Apache-2.0
// Which declarations a signal needs.
#pragma once

#include <vector>

#include "compiler/sema/scope.h"

namespace sbx::sema {

/// `declared` and the signals they need, each behind those that it needs; where they need each other in a circle, in any order.
[[nodiscard]] std::vector<const Declared*> in_order_of_need(const std::vector<const Declared*>& declared);

}  // namespace sbx::sema
