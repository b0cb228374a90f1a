// SPDX-License-Identifier: Apache-2.0
// A region that is narrowed step by step and given back, and how boxes lie to it. For search.cpp alone.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/analysis/space.h"

namespace sbx::analysis {

enum class Relation : uint8_t { Apart, Part, Within };

/// How the region lies to a box. Part: `sides` of the box's sides cut the region, `side` is the last of them.
struct Lie {
  Relation relation = Relation::Within;
  uint32_t sides = 0;
  Slab side;
};

class Cursor {
 public:
  /// The first and the last class that an axis may have.
  struct Ends {
    uint32_t first = 0, last = 0;
  };

  explicit Cursor(const Space& space);  // everything; `space` must outlive it

  [[nodiscard]] const Region& region() const { return region_; }
  [[nodiscard]] Ends ends(AxisId axis) const { return ends_[axis.index]; }
  [[nodiscard]] bool has(AxisId axis, uint32_t number) const {
    return (region_[space_.axes()[axis].offset + number / 64] >> (number % 64) & 1) != 0;
  }
  [[nodiscard]] Lie lie(BoxId box) const;

  /// Leaves the classes of an axis that are in the slab, or those that are not; there must be some.
  void narrow(const Slab& slab, bool inside);
  /// Leaves the classes of an axis whose bits are set; there must be some.
  void narrow(AxisId axis, const std::vector<uint64_t>& classes);
  /// Leaves one class of an axis, which it has.
  void fix(AxisId axis, uint32_t number);

  [[nodiscard]] size_t mark() const { return undo_.size(); }
  /// Takes back all that was done since.
  void go_back(size_t mark);

 private:
  struct Undo {
    AxisId axis;
    Ends ends;
    size_t saved = 0;  // where its words begin in `saved_`
  };
  template <class Words>
  void keep(AxisId axis, const Words& words);

  const Space& space_;
  Region region_;
  std::vector<Ends> ends_;  // by AxisId
  std::vector<Undo> undo_;
  std::vector<uint64_t> saved_;
};

}  // namespace sbx::analysis
