// SPDX-License-Identifier: Apache-2.0
// What winners do, as text: two outcomes of a policy that do the same have the same text.
#pragma once

#include <string>

#include "runtime/program/graph.h"

namespace sbx::analysis {

/// Candidates and assignments by name, without places. Conditions are named by their bits: compare within one module only.
[[nodiscard]] std::string outcome_text(const Module& module, const Outcome& outcome);
[[nodiscard]] std::string action_text(const Module& module, const Action& action);

}  // namespace sbx::analysis
