// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/exclusions.h"

#include <algorithm>
#include <map>

namespace sbx::analysis {
namespace {

using AxisBySignal = std::map<SignalId, AxisId>;

/// Of signals that are true or false, read from one leaf, and never unknown.
AxisBySignal axes_of_truths(const Space& space) {
  const Manifest& manifest = space.module().manifest;
  AxisBySignal axes;
  for (size_t i = 0; i < manifest.leaves.size(); ++i) {
    const LeafId leaf = manifest.leaves.id_at(i);
    const SignalInfo& signal = manifest.signals[manifest.leaves[leaf].signal];
    const std::optional<AxisId> axis = space.axis_of(leaf);
    const bool is_truth = signal.type.kind == TypeKind::Bool && !signal.fallible;
    if (axis && is_truth) axes.emplace(manifest.leaves[leaf].signal, *axis);
  }
  return axes;
}

/// Leaves a signal that truth alone; false where no class of its readings is that.
bool narrow(Region& region, const Axis& axis, bool holds) {
  const auto is_that = [&](Interval one) { return one.lo == one.hi && (one.lo == 1) == holds; };
  const auto found = std::ranges::find_if(axis.classes, is_that);
  if (found == axis.classes.end()) return false;
  region[axis.offset] = uint64_t{1} << (found - axis.classes.begin());
  return true;
}

}  // namespace

void exclude_together(Space& space, const TextFacts& facts) {
  if (facts.exclusions.empty()) return;
  const AxisBySignal axes = axes_of_truths(space);
  for (const SignalId signal : facts.silent) {
    const auto axis = axes.find(signal);
    if (axis != axes.end() && space.axes()[axis->second].size == 2) space.rest_at_last(axis->second);
  }
  for (const auto& [one, other] : facts.exclusions) {
    const auto mine = axes.find(one.signal), theirs = axes.find(other.signal);
    if (mine == axes.end() || theirs == axes.end()) continue;
    Region region = space.everything();
    if (!narrow(region, space.axes()[mine->second], one.holds) || !narrow(region, space.axes()[theirs->second], other.holds)) continue;
    space.exclude_pair(region, mine->second, theirs->second);
  }
}

}  // namespace sbx::analysis
