// SPDX-License-Identifier: Apache-2.0
// Which of some policies have a meaning, so that the analysis can look at them although others are wrong.
#pragma once

#include <vector>

#include "compiler/pipeline.h"

namespace sbx {

/// Beside `policies`: no error stands in a file that the policy reads. Two policies of one name, or for one name of a model, are each
/// sound.
[[nodiscard]] std::vector<bool> sound_policies(const Checked& checked);

}  // namespace sbx
