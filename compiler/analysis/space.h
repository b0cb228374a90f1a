// SPDX-License-Identifier: Apache-2.0
// All readings that a policy may meet, cut where one of its guards changes: axes, their classes, and guards as sets of boxes. Exact for
// settled readings: in a class a leaf may be, every guard comes out the same whichever of its readings it is.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/analysis/world.h"
#include "compiler/ir/terms.h"
#include "runtime/program/graph.h"

namespace sbx::analysis {

/// Whether a leaf can be unknown. A label may come without a confidence, `or else` or not.
[[nodiscard]] bool can_be_unknown(const Manifest& manifest, const Leaf& leaf);

struct AxisTag;
using AxisId = Id<AxisTag>;
struct BoxTag;
using BoxId = Id<BoxTag>;

/// A test that no single leaf decides: of a sum, a maximum, a score. Two classes: it holds, it does not.
using Atom = std::variant<ir::Bound, ir::StateTest, GuardId>;

/// One leaf's readings (the intervals in `classes`, ascending, then a class for unknown where that can be), or an atom.
struct Axis {
  std::optional<LeafId> leaf;
  std::optional<Atom> atom;
  std::vector<Interval> classes;
  bool can_be_unknown = false;
  uint32_t size = 0;    // how many classes
  uint32_t offset = 0;  // of its words in a Region
  uint32_t words = 0;
};

/// The classes that one axis may have; the words are in Space's pool.
struct Slab {
  AxisId axis;
  uint32_t at = 0;
  uint32_t first = 0, last = 0;  // the first and the last class
};

/// A set of classes for every axis: which readings are meant. Words by Axis::offset.
using Region = std::vector<uint64_t>;
/// One class of every axis, by AxisId.
using Point = std::vector<uint32_t>;

class Space {
 public:
  /// Of the guards listed, and all that they are made of. `module` must outlive it.
  Space(const Module& module, const std::vector<GuardId>& guards);

  [[nodiscard]] const Module& module() const { return *module_; }
  [[nodiscard]] const Table<AxisId, Axis>& axes() const { return axes_; }
  /// A listed guard holds in these boxes and nowhere else.
  [[nodiscard]] std::span<const BoxId> boxes_of(GuardId guard) const;
  /// Whether a guard is listed.
  [[nodiscard]] bool has(GuardId guard) const { return by_guard_[guard.index].has_value(); }
  /// Whether two boxes share readings. Quick: it asks neither arithmetic nor the world.
  [[nodiscard]] bool meet(BoxId a, BoxId b) const;
  [[nodiscard]] bool is_at(BoxId box, const Point& point) const;
  /// Whether a listed guard holds at a point.
  [[nodiscard]] bool holds(GuardId guard, const Point& point) const;
  /// Of every axis the class where it rests, if a region has that, else the first that it has. What pairs leave open goes together there.
  [[nodiscard]] Point first_of(const Region& region) const;
  [[nodiscard]] std::span<const Slab> box(BoxId id) const {
    return std::span(slabs_).subspan(boxes_[id.index], boxes_[id.index + 1] - boxes_[id.index]);
  }
  /// How many boxes there are.
  [[nodiscard]] size_t size() const { return boxes_.size() - 1; }
  [[nodiscard]] const uint64_t* words(const Slab& slab) const { return pool_.data() + slab.at; }

  /// Boxes that no readings are in: what is known of the world, and what is learnt while one asks.
  [[nodiscard]] const std::vector<BoxId>& impossible() const { return impossible_; }
  /// `region`, seen along these axes alone; everything, along none.
  BoxId add_box(const Region& region, std::span<const AxisId> axes);
  /// Learns that no readings are in that box.
  BoxId exclude(const Region& region, std::span<const AxisId> axes);
  /// The same of two axes of two classes. Where all axes rest, there must be readings.
  void exclude_pair(const Region& region, AxisId one, AxisId other);
  /// Boxes of pairs. Where neither axis of a pair is settled, and nothing else is open, it can be left alone: that which all pairs allow
  /// allows it.
  [[nodiscard]] const std::vector<BoxId>& pairs() const { return pairs_; }
  [[nodiscard]] bool is_pair(BoxId box) const { return std::ranges::binary_search(pairs_, box); }
  /// An axis rests at its first class, unless this is said of it.
  void rest_at_last(AxisId axis) { rests_at_last_[axis.index] = true; }

  [[nodiscard]] const Region& everything() const { return everything_; }
  [[nodiscard]] std::optional<AxisId> axis_of(LeafId leaf) const;
  /// Whether a region leaves an axis as it is.
  [[nodiscard]] bool is_whole(const Region& region, AxisId axis) const;
  /// Whether a need allows some reading of the class that a point has.
  [[nodiscard]] bool allows(const Point& point, const Need& need) const;
  /// Whether any axis is an atom.
  [[nodiscard]] bool has_atoms() const { return !by_atom_.empty(); }
  /// The classes of a leaf's axis that a need allows some reading of, as words.
  [[nodiscard]] std::vector<uint64_t> classes_of(AxisId axis, const Need& need) const;
  /// What the leaf of an axis may read in a region.
  [[nodiscard]] Need need(const Region& region, AxisId axis) const;

 private:
  void add_axes(const std::vector<std::vector<ir::Conjunction>>& guards);
  std::optional<BoxId> add_conjunction(const ir::Conjunction& term);
  BoxId add_box(const std::vector<std::pair<AxisId, std::vector<uint64_t>>>& sides);
  void exclude_half_read();
  void exclude_torn_bounds();
  AxisId atom_axis(const Atom& atom);
  std::vector<uint64_t> classes_of(const Axis& axis, const ir::LeafTest& test) const;

  const Module* module_;
  ir::Terms terms_;
  Table<AxisId, Axis> axes_;
  std::map<LeafId, AxisId> by_leaf_;
  std::map<std::string, AxisId> by_atom_;
  std::vector<Slab> slabs_;
  std::vector<uint32_t> boxes_{0};  // where the slabs of each box begin, and the end
  std::vector<std::optional<std::vector<BoxId>>> by_guard_;
  std::vector<BoxId> impossible_;
  std::vector<BoxId> pairs_;         // ascending
  std::vector<bool> rests_at_last_;  // by AxisId
  std::vector<uint64_t> pool_;
  Region everything_;
};

}  // namespace sbx::analysis
