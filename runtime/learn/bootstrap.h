// SPDX-License-Identifier: Apache-2.0
// How far a figure may be off: intervals by drawing the rows again (Efron 1979).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace sbx::learn {

struct Interval {
  double low = 0, high = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

struct BootstrapOptions {
  size_t draws = 2000;
  double level = 0.95;
  uint64_t seed = 0;
};

/// Percentile interval of the mean of `values`. The same arguments give the same bits; nothing gives zeros.
[[nodiscard]] Interval interval(std::span<const double> values, const BootstrapOptions& options = {});
/// Of the mean of a[i] - b[i]: two methods on the same rows, drawn together.
[[nodiscard]] Interval paired_interval(std::span<const double> a, std::span<const double> b, const BootstrapOptions& options = {});
/// Of any figure over `rows` rows: it is handed places of rows, some of them more than once.
[[nodiscard]] Interval interval_of(size_t rows, const std::function<double(std::span<const size_t>)>& figure,
                                   const BootstrapOptions& options = {});

}  // namespace sbx::learn
