// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/needs.h"

#include <algorithm>

namespace sbx::analysis {
namespace {

/// What two needs on one leaf both allow.
Need both(const Need& a, const Need& b) {
  Need need{.leaf = a.leaf, .values = {}, .unknown = a.unknown && b.unknown};
  for (const Interval one : a.values) {
    for (const Interval other : b.values) {
      const Interval common{std::max(one.lo, other.lo), std::min(one.hi, other.hi)};
      if (common.lo <= common.hi) need.values.push_back(common);
    }
  }
  return need;
}

}  // namespace

std::vector<Need> needs_of(const Space& space, const Region& region, const Points& points, std::span<const Need> where) {
  std::vector<Need> needs;
  for (size_t i = 0; i < space.axes().size(); ++i) {
    const AxisId id = space.axes().id_at(i);
    const Axis& axis = space.axes()[id];
    if (!axis.leaf || points.leaves.contains(*axis.leaf) || space.is_whole(region, id)) continue;
    needs.push_back(space.need(region, id));
  }
  for (const auto& [leaf, values] : points.leaves) {
    needs.push_back({.leaf = leaf, .values = {}, .unknown = !values});
    if (values) needs.back().values.push_back(*values);
  }
  for (const Need& asked : where) {
    const auto same = std::ranges::find(needs, asked.leaf, &Need::leaf);
    if (same == needs.end()) {
      needs.push_back(asked);
    } else {
      *same = both(*same, asked);
    }
  }
  return needs;
}

}  // namespace sbx::analysis
