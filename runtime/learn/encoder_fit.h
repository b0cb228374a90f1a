// SPDX-License-Identifier: Apache-2.0
// How texts become vectors is found from the texts alone: which n-grams count, their weights, and the directions in which texts differ.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "runtime/selectors/text_encoder.h"

namespace sbx::learn {

/// The n-grams of words and characters that are in two texts or more, the most frequent ones, and the first `dimension` right singular
/// vectors of the weighted texts by a randomised range finder with power steps (Halko, Martinsson and Tropp 2011). The same texts in the
/// same order and the same seed give the same bits.
[[nodiscard]] TextEncoder fit_encoder(std::span<const std::string* const> texts, size_t dimension, uint64_t seed);

}  // namespace sbx::learn
