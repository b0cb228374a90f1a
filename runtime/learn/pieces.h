// SPDX-License-Identifier: Apache-2.0
// Texts cut small, for models that will read short ones.
#pragma once

#include <cstddef>
#include <span>

#include "runtime/learn/train_classifier.h"

namespace sbx::learn {

/// The rows at `places`, and of each its words, which a label gets once, and every second pair of neighbours. Words with digits are
/// passed by, and what is long because its script has no spaces.
[[nodiscard]] ClassifierRows with_pieces(const ClassifierRows& rows, std::span<const size_t> places);

}  // namespace sbx::learn
