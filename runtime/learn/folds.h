// SPDX-License-Identifier: Apache-2.0
// Rows dealt into parts for cross-validation: each part is predicted by what was learned from the others.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sbx::learn {

/// The fold of each row, 0 to folds - 1.
using Folds = std::vector<uint32_t>;
/// The fold of rows that are always learned from, and never held out.
inline constexpr uint32_t kNeverHeldOut = UINT32_MAX;
/// How many there are to hold out.
[[nodiscard]] size_t fold_count(const Folds& folds);

/// Rows of each stratum are dealt out one by one, in an order by the seed: every fold has its share of each.
[[nodiscard]] Folds stratified_folds(std::span<const uint32_t> strata, uint32_t folds, uint64_t seed);

/// All rows of a group are in one fold: the largest group first into the smallest fold, equals by name. As many folds as groups, or more,
/// leave one group out at a time. Rows without a group are groups of one.
[[nodiscard]] Folds group_folds(std::span<const std::string> groups, uint32_t folds);

}  // namespace sbx::learn
