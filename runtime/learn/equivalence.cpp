// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/equivalence.h"

#include "runtime/learn/bootstrap.h"

namespace sbx::learn {

bool is_equivalent(std::span<const double> a, std::span<const double> b, double margin, uint64_t seed) {
  if (a.empty()) return false;
  const Interval difference = paired_interval(a, b, {.level = 0.90, .seed = seed});
  return difference.low > -margin && difference.high < margin;
}

}  // namespace sbx::learn
