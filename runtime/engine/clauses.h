// SPDX-License-Identifier: Apache-2.0
// How conditions of a policy's text come out on the readings of a decision.
#pragma once

#include <functional>

#include "runtime/engine/decision.h"
#include "runtime/engine/frame.h"
#include "runtime/program/program.h"

namespace sbx {

[[nodiscard]] TestResult result_of(const Clause& clause, const GraphState& state);

/// Whether a clause waits for a signal that was not read.
[[nodiscard]] bool is_open(const Clause& clause, const GraphState& state, const Frame& frame);

/// Calls `visit` with every test that a decision asked, and how it came out: those of the routes up to the winner and those of all rules.
/// Tests of signals that were not read are passed by.
void for_each_asked_test(const Program& program, const FrameLayout& layout, const Decision& decision,
                         const std::function<void(const Clause&, TestResult)>& visit);

}  // namespace sbx
