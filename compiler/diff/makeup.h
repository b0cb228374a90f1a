// SPDX-License-Identifier: Apache-2.0
// For outcomes.cpp alone.
#pragma once

#include "compiler/diff/outcomes.h"

namespace sbx::diff {

[[nodiscard]] Makeup makeup_of(const Side& side, Winner winner);

/// The outcome of a winner; none: the policy has no `otherwise`.
[[nodiscard]] const Outcome* outcome_of(const Side& side, Winner winner);

}  // namespace sbx::diff
