// SPDX-License-Identifier: Apache-2.0
// How a text's cosines with several examples become one similarity.
#pragma once

#include "runtime/models/model.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/texts.h"

namespace sbx::signals {

/// Max: the nearest one's. Mean: of all. Top: the mean of the `k` largest. Bank: three quarters of the largest and a quarter of the mean of
/// the two largest, of prototypes that stand for the examples.
struct Aggregation {
  enum class By : uint8_t { Max, Mean, Top, Bank } by = By::Max;
  size_t k = 2;
};

/// `by: top, k: 3`; E0306 for what is no aggregation.
[[nodiscard]] Result<Aggregation> aggregation_argument(const ConstantRecord& arguments);
/// One number within -1 and 1; -1 where there are no examples.
[[nodiscard]] double aggregated(std::span<const float> cosines, const Aggregation& aggregation);
/// At most eight of the rows: of each cluster of rows that are alike the one most like the others, the largest clusters first.
[[nodiscard]] models::Encoded prototypes_of(const models::Encoded& examples);

}  // namespace sbx::signals
