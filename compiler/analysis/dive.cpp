// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/dive.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace sbx::analysis {
namespace {

class Step {
 public:
  Step(const Space& space, const std::vector<BoxId>& forbidden, const Cursor& region)
      : space_(space), forbidden_(forbidden), region_(region) {
    for (const BoxId box : forbidden) shares_.push_back(share(box));
  }

  AxisId busiest_axis() const {
    std::vector<double> uses(space_.axes().size());
    for (size_t i = 0; i < forbidden_.size(); ++i) {
      for (const Slab& slab : space_.box(forbidden_[i])) {
        if (region_.ends(slab.axis).first < region_.ends(slab.axis).last) uses[slab.axis.index] += shares_[i];
      }
    }
    return space_.axes().id_at(static_cast<size_t>(std::ranges::max_element(uses) - uses.begin()));
  }

  uint32_t quietest_class(AxisId axis) const {
    const Cursor::Ends ends = region_.ends(axis);
    std::vector<double> steps(ends.last - ends.first + 2);  // how much more is forbidden in a class than in the one before
    for (size_t i = 0; i < forbidden_.size(); ++i) {
      for (const Slab& slab : space_.box(forbidden_[i])) {
        if (slab.axis != axis || slab.last < ends.first || slab.first > ends.last) continue;
        add_steps(slab, ends, shares_[i] / share(slab), steps);
      }
    }
    double sum = 0, least = std::numeric_limits<double>::max();
    uint32_t best = ends.first;
    for (uint32_t i = ends.first; i <= ends.last; ++i) {
      sum += steps[i - ends.first];
      if (sum >= least || !region_.has(axis, i)) continue;
      least = sum;
      best = i;
    }
    return best;
  }

 private:
  // Of the classes that the axis has left, those in the slab; where the slab may have holes, as if it had none.
  double share(const Slab& slab) const {
    const Cursor::Ends ends = region_.ends(slab.axis);
    const Axis& axis = space_.axes()[slab.axis];
    if (axis.words == 1) {
      const uint64_t left = region_.region()[axis.offset];
      return static_cast<double>(std::popcount(left & *space_.words(slab))) / std::popcount(left);
    }
    const int64_t common = int64_t{std::min(slab.last, ends.last)} - std::max(slab.first, ends.first) + 1;
    return static_cast<double>(std::max<int64_t>(common, 0)) / (ends.last - ends.first + 1);
  }
  double share(BoxId box) const {
    double share = 1;
    for (const Slab& slab : space_.box(box)) share *= this->share(slab);
    return share;
  }

  void add_steps(const Slab& slab, Cursor::Ends ends, double weight, std::vector<double>& steps) const {
    const uint32_t first = std::max(slab.first, ends.first), last = std::min(slab.last, ends.last);
    if (space_.axes()[slab.axis].words > 1) {
      steps[first - ends.first] += weight;
      steps[last - ends.first + 1] -= weight;
      return;
    }
    for (uint32_t i = first; i <= last; ++i) {
      if ((*space_.words(slab) >> i & 1) == 0) continue;
      steps[i - ends.first] += weight;
      steps[i - ends.first + 1] -= weight;
    }
  }

  const Space& space_;
  const std::vector<BoxId>& forbidden_;
  const Cursor& region_;
  std::vector<double> shares_;  // of the region, by place in `forbidden_`
};

// Drops the boxes that the region has left; false if it is within one.
bool drop_left(const Cursor& region, std::vector<BoxId>& forbidden) {
  bool inside = false;
  std::erase_if(forbidden, [&](BoxId box) {
    const Relation relation = region.lie(box).relation;
    inside |= relation == Relation::Within;
    return relation == Relation::Apart;
  });
  return !inside;
}

}  // namespace

bool dive(const Space& space, std::vector<BoxId>& forbidden, Cursor& region) {
  while (!forbidden.empty()) {
    const Step step(space, forbidden, region);
    const AxisId axis = step.busiest_axis();
    region.fix(axis, step.quietest_class(axis));
    if (!drop_left(region, forbidden)) return false;
  }
  return true;
}

}  // namespace sbx::analysis
