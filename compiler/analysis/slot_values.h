// SPDX-License-Identifier: Apache-2.0
// When slots have certain values at an attempt, as questions.
#pragma once

#include <vector>

#include "compiler/analysis/study.h"
#include "runtime/engine/decision.h"

namespace sbx::analysis {

/// All ways for the attempt to be made with these values of slots: one question each, empty if there is none.
[[nodiscard]] std::vector<Question> ways_to(const Study& study, const std::vector<SlotIs>& slots, const Attempt& attempt);

/// Whether an attempt that was decided has the value.
[[nodiscard]] bool is_laid(const sbx::Attempt& made, const SlotIs& wanted);

}  // namespace sbx::analysis
