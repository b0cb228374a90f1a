// SPDX-License-Identifier: Apache-2.0
// Cost and quality as a picture: where each model, baseline and policy lies, and the curve between two candidates.
#pragma once

#include <string>

#include "compiler/driver/eval_run.h"

namespace sbx::driver {

/// An SVG of its own: no script, no fonts from elsewhere. Without costs the horizontal axis is the share of calls of the strong candidate.
[[nodiscard]] std::string curve_svg(const Evaluation& evaluation);

}  // namespace sbx::driver
