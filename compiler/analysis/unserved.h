// SPDX-License-Identifier: Apache-2.0
// When a winner that asks models has none left: each is narrowed away, or cannot serve the request.
#pragma once

#include <optional>
#include <vector>

#include "compiler/analysis/study.h"

namespace sbx::analysis {

/// One question for each way in which all that the winner may ask drop out; empty: there is none, or it asks nobody. That a prompt may be
/// too long for every model is left out. Some ways may turn out not to be: a decision tells. Nothing: they are too many.
[[nodiscard]] std::optional<std::vector<Question>> ways_to_be_unserved(const Study& study, std::optional<RouteId> winner);

/// The ways of `reasoning` to be what the model of an attempt does not do, or (`fits`) what it does.
[[nodiscard]] std::vector<Question> ways_to_reason(const Study& study, const Attempt& attempt, bool fits);

}  // namespace sbx::analysis
