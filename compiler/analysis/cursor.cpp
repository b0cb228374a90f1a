// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/cursor.h"

#include <algorithm>

namespace sbx::analysis {

Cursor::Cursor(const Space& space) : space_(space), region_(space.everything()) {
  for (const Axis& axis : space.axes()) ends_.push_back({0, axis.size - 1});
}

Lie Cursor::lie(BoxId box) const {
  Lie lie;
  for (const Slab& slab : space_.box(box)) {
    const Ends& ends = ends_[slab.axis.index];
    if (ends.first > slab.last || slab.first > ends.last) return {.relation = Relation::Apart};
    const uint64_t* classes = space_.words(slab);
    const uint64_t* region = region_.data() + space_.axes()[slab.axis].offset;
    uint32_t meets = std::max(slab.first, ends.first) / 64;
    const uint32_t last = std::min(slab.last, ends.last) / 64;
    while (meets <= last && (region[meets] & classes[meets]) == 0) ++meets;
    if (meets > last) return {.relation = Relation::Apart};
    uint32_t leaves = ends.first / 64;
    while (leaves <= ends.last / 64 && (region[leaves] & ~classes[leaves]) == 0) ++leaves;
    if (leaves > ends.last / 64) continue;
    lie = {Relation::Part, lie.sides + 1, slab};
  }
  return lie;
}

void Cursor::narrow(const Slab& slab, bool inside) {
  const uint64_t* classes = space_.words(slab);
  keep(slab.axis, [&](uint32_t i) { return inside ? classes[i] : ~classes[i]; });
}

void Cursor::narrow(AxisId axis, const std::vector<uint64_t>& classes) {
  keep(axis, [&](uint32_t i) { return classes[i]; });
}

void Cursor::fix(AxisId axis, uint32_t number) {
  keep(axis, [&](uint32_t i) { return i == number / 64 ? uint64_t{1} << (number % 64) : 0; });
}

template <class Words>
void Cursor::keep(AxisId axis, const Words& words) {
  uint64_t* region = region_.data() + space_.axes()[axis].offset;
  Ends& ends = ends_[axis.index];
  undo_.push_back({axis, ends, saved_.size()});
  for (uint32_t i = ends.first / 64; i <= ends.last / 64; ++i) {
    saved_.push_back(region[i]);
    region[i] &= words(i);
  }
  while (ends.first < ends.last && !has(axis, ends.first)) ++ends.first;
  while (ends.last > ends.first && !has(axis, ends.last)) --ends.last;
}

void Cursor::go_back(size_t mark) {
  for (; undo_.size() > mark; undo_.pop_back()) {
    const Undo& undo = undo_.back();
    uint64_t* region = region_.data() + space_.axes()[undo.axis].offset;
    std::copy(saved_.begin() + static_cast<std::ptrdiff_t>(undo.saved), saved_.end(), region + undo.ends.first / 64);
    saved_.resize(undo.saved);
    ends_[undo.axis.index] = undo.ends;
  }
}

}  // namespace sbx::analysis
