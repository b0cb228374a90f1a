// SPDX-License-Identifier: Apache-2.0
// An encoder that has learned nothing: a text's n-grams, hashed into a vector. Similar means worded alike.
#pragma once

#include <memory>

#include "runtime/models/model.h"

namespace sbx::models {

/// Words, pairs of words, and character n-grams within words, each added with a sign to one of 1,024 numbers (feature hashing: Weinberger et
/// al., "Feature Hashing for Large Scale Multitask Learning", 2009, eq. 1) by the logarithm of its count. A text without words has the
/// vector of an empty one, which is nothing's neighbour.
[[nodiscard]] std::shared_ptr<const Encoder> hashing_encoder();

}  // namespace sbx::models
