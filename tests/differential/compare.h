// SPDX-License-Identifier: Apache-2.0
// What must be the same whoever evaluates, and what must hold of the oracle itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/program/program.h"
#include "tests/differential/random_module.h"

namespace sbx::differential {

/// The first difference between `matcher` and the oracle on one request, in words.
[[nodiscard]] std::optional<std::string> difference(const Module& module, const Matcher& oracle, const Matcher& matcher,
                                                    const Readings& readings);

/// The first broken promise of the oracle on one request: intervals stay in their ranges, bits agree with the definition of who wins, and
/// settling what is pending, one leaf after the other, only decides and never revises.
[[nodiscard]] std::optional<std::string> broken_promise(const Module& module, const Matcher& oracle,
                                                        const std::vector<std::vector<int64_t>>& thresholds, Readings readings,
                                                        Random& random);

/// The first broken promise of the tools on one module: verify, print and parse, JSON there and back.
[[nodiscard]] std::optional<std::string> broken_tool(const Module& module);

/// Known frames by walking the guards in order, as trees; other frames are left to the oracle. `module` must outlive it.
[[nodiscard]] std::unique_ptr<Matcher> tree_walk(const Module& module);

/// Everything there is to compare with the oracle. Each refers to `module`.
[[nodiscard]] std::vector<std::unique_ptr<Matcher>> matchers(const Module& module);

/// All of this on one module and `decisions` random requests: half of them with everything known, the others with failures, with pending
/// readings. What went wrong first.
[[nodiscard]] std::optional<std::string> first_failure(const Module& module, uint64_t seed, uint64_t decisions);

}  // namespace sbx::differential
