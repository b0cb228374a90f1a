// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/space.h"

#include <algorithm>
#include <array>
#include <bit>
#include <set>

#include "compiler/analysis/one_reading.h"
#include "runtime/base/variant.h"

namespace sbx::analysis {
namespace {

// Guards with more boxes are tests of their own, left to arithmetic.
constexpr size_t kMostBoxes = 256;

bool has_bit(const std::vector<uint64_t>& words, uint32_t bit) { return (words[bit / 64] >> (bit % 64) & 1) != 0; }
void set_bit(std::vector<uint64_t>& words, uint32_t bit) { words[bit / 64] |= uint64_t{1} << (bit % 64); }

std::vector<uint64_t> all_classes(const Axis& axis) {
  std::vector<uint64_t> words(axis.words);
  for (uint32_t i = 0; i < axis.size; ++i) set_bit(words, i);
  return words;
}

std::string key(const Atom& atom) {
  return std::visit(overloaded{
                        [](const ir::Bound& bound) {
                          return "b" + std::to_string(bound.value.index) + " " + std::to_string(bound.within.lo) + " " +
                                 std::to_string(bound.within.hi);
                        },
                        [](const ir::StateTest& test) { return (test.known ? "k" : "u") + std::to_string(test.value.index); },
                        [](GuardId gate) { return "g" + std::to_string(gate.index); },
                    },
                    atom);
}

// Cuts `range` before each of `starts`.
std::vector<Interval> cut(Range range, const std::set<int64_t>& starts) {
  std::vector<Interval> classes{{range.low, range.high}};
  for (const int64_t start : starts) {
    if (start <= range.low || start > range.high) continue;
    classes.back().hi = start - 1;
    classes.push_back({start, range.high});
  }
  return classes;
}

}  // namespace

bool can_be_unknown(const Manifest& manifest, const Leaf& leaf) {
  const SignalInfo& signal = manifest.signals[leaf.signal];
  return leaf.facet == Facet::Confidence || (signal.fallible && !signal.or_else);
}

Space::Space(const Module& module, const std::vector<GuardId>& guards)
    : module_(&module), terms_(module.graph), by_guard_(module.graph.guards.size()) {
  std::vector<std::vector<ir::Conjunction>> terms;
  terms.reserve(guards.size());
  for (const GuardId guard : guards) terms.push_back(terms_.of(guard, kMostBoxes));
  add_axes(terms);
  rests_at_last_.resize(axes_.size());
  for (size_t i = 0; i < guards.size(); ++i) {
    std::optional<std::vector<BoxId>>& boxes = by_guard_[guards[i].index];
    if (boxes) continue;
    boxes.emplace();
    for (const ir::Conjunction& term : terms[i]) {
      if (const std::optional<BoxId> box = add_conjunction(term)) boxes->push_back(*box);
    }
  }
  exclude_half_read();
  exclude_torn_bounds();
}

void Space::add_axes(const std::vector<std::vector<ir::Conjunction>>& guards) {
  std::map<LeafId, std::set<int64_t>> starts;
  std::vector<Atom> atoms;
  for (const auto& terms : guards) {
    for (const ir::Conjunction& term : terms) {
      for (const uint32_t index : term.leaf_tests) {
        const ir::LeafTest& test = terms_.leaf_tests()[index];
        std::set<int64_t>& of_leaf = starts[std::get<LeafValue>(module_->graph.values[test.value].op).leaf];
        for (const ir::Interval holds : test.holds) {
          of_leaf.insert(holds.lo);
          if (holds.hi < INT64_MAX) of_leaf.insert(holds.hi + 1);
        }
      }
      for (const ir::Bound& bound : term.bounds) atoms.emplace_back(bound);
      for (const ir::StateTest& test : term.states) atoms.emplace_back(test);
      for (const GuardId gate : term.gates) atoms.emplace_back(gate);
    }
  }
  const auto leaf_of = [&](LeafId id) -> const Leaf& { return module_->manifest.leaves[id]; };
  for (auto& [leaf, cuts] : starts) {  // one reading is cut alike
    if (module_->manifest.signals[leaf_of(leaf).signal].cost < CostClass::Model) continue;
    for (const auto& [other, more] : starts) {
      if (are_one_reading(module_->manifest, leaf_of(leaf), leaf_of(other))) cuts.insert(more.begin(), more.end());
    }
  }
  const auto add = [&](Axis axis) {
    axis.words = (axis.size + 63) / 64;
    axis.offset = static_cast<uint32_t>(everything_.size());
    const std::vector<uint64_t> all = all_classes(axis);
    everything_.insert(everything_.end(), all.begin(), all.end());
    return axes_.add(std::move(axis));
  };
  for (const auto& [leaf, cuts] : starts) {
    const Leaf& info = module_->manifest.leaves[leaf];
    Range range = info.range;
    // A text reads as one of those that the policy names, or as none of them (-1).
    if (!info.literals.empty()) range.high = std::min(range.high, static_cast<int64_t>(info.literals.size()) - 1);
    Axis axis{.leaf = leaf, .classes = cut(range, cuts), .can_be_unknown = can_be_unknown(module_->manifest, info)};
    axis.size = static_cast<uint32_t>(axis.classes.size()) + (axis.can_be_unknown ? 1 : 0);
    by_leaf_[leaf] = add(std::move(axis));
  }
  for (const Atom& atom : atoms) {
    if (!by_atom_.contains(key(atom))) by_atom_[key(atom)] = add({.atom = atom, .size = 2});
  }
}

std::vector<uint64_t> Space::classes_of(const Axis& axis, const ir::LeafTest& test) const {
  std::vector<uint64_t> words(axis.words);
  for (uint32_t i = 0; i < axis.classes.size(); ++i) {
    const Interval of = axis.classes[i];
    if (std::ranges::any_of(test.holds, [&](ir::Interval holds) { return holds.lo <= of.lo && of.hi <= holds.hi; })) set_bit(words, i);
  }
  if (axis.can_be_unknown && test.failed) set_bit(words, axis.size - 1);
  return words;
}

// Nothing for a conjunction that contradicts itself.
std::optional<BoxId> Space::add_conjunction(const ir::Conjunction& term) {
  std::map<AxisId, std::vector<uint64_t>> sides;
  const auto meet = [&](AxisId axis, const std::vector<uint64_t>& classes) {
    auto [side, is_new] = sides.try_emplace(axis, classes);
    for (size_t i = 0; i < classes.size(); ++i) side->second[i] &= classes[i];
  };
  for (const uint32_t index : term.leaf_tests) {
    const ir::LeafTest& test = terms_.leaf_tests()[index];
    const AxisId axis = by_leaf_.at(std::get<LeafValue>(module_->graph.values[test.value].op).leaf);
    meet(axis, classes_of(axes_[axis], test));
  }
  const auto meet_atom = [&](const Atom& atom) { meet(by_atom_.at(key(atom)), {1}); };
  for (const ir::Bound& bound : term.bounds) meet_atom(bound);
  for (const ir::StateTest& test : term.states) meet_atom(test);
  for (const GuardId gate : term.gates) meet_atom(gate);
  for (const auto& [axis, classes] : sides) {
    if (std::ranges::all_of(classes, [](uint64_t word) { return word == 0; })) return std::nullopt;
  }
  return add_box({sides.begin(), sides.end()});
}

BoxId Space::add_box(const std::vector<std::pair<AxisId, std::vector<uint64_t>>>& sides) {
  for (const auto& [axis, classes] : sides) {
    if (std::ranges::equal(classes, std::span(everything_).subspan(axes_[axis].offset, axes_[axis].words))) continue;
    uint32_t first = 0, last = axes_[axis].size - 1;
    while (first < last && !has_bit(classes, first)) ++first;
    while (last > first && !has_bit(classes, last)) --last;
    slabs_.push_back({axis, static_cast<uint32_t>(pool_.size()), first, last});
    pool_.insert(pool_.end(), classes.begin(), classes.end());
  }
  boxes_.push_back(static_cast<uint32_t>(slabs_.size()));
  return BoxId{static_cast<uint32_t>(boxes_.size() - 2)};
}

// A set is read whole or not at all, and a label that is unknown has no confidence.
void Space::exclude_half_read() {
  const auto unknown = [&](AxisId id, bool value) {
    std::vector<uint64_t> words(axes_[id].words);
    for (uint32_t i = 0; i < axes_[id].size; ++i) {
      if ((i + 1 == axes_[id].size) == value) set_bit(words, i);
    }
    return std::pair{id, words};
  };
  std::map<SignalId, AxisId> first;
  for (const auto& [leaf, axis] : by_leaf_) {
    const Leaf& info = module_->manifest.leaves[leaf];
    if (!axes_[axis].can_be_unknown) continue;
    const auto [other, is_new] = first.try_emplace(info.signal, axis);
    if (is_new) continue;
    const Leaf& before = module_->manifest.leaves[*axes_[other->second].leaf];
    const bool are_members = info.facet == Facet::Has && before.facet == Facet::Has;
    if (are_members || info.facet == Facet::Confidence) {
      impossible_.push_back(add_box({unknown(other->second, true), unknown(axis, false)}));
    }
    if (are_members || before.facet == Facet::Confidence) {
      impossible_.push_back(add_box({unknown(other->second, false), unknown(axis, true)}));
    }
  }
}

// A value within the narrower of two bounds is within the wider one, and never within two that are apart.
void Space::exclude_torn_bounds() {
  std::map<ValueId, std::vector<std::pair<ir::Interval, AxisId>>> by_value;
  for (size_t i = 0; i < axes_.size(); ++i) {
    const AxisId id = axes_.id_at(i);
    if (!axes_[id].atom) continue;
    if (const auto* bound = std::get_if<ir::Bound>(&*axes_[id].atom)) by_value[bound->value].emplace_back(bound->within, id);
  }
  constexpr size_t kMostPairs = 64;
  for (const auto& [value, bounds] : by_value) {
    if (bounds.size() > kMostPairs) continue;  // arithmetic finds them out one by one
    for (const auto& [inner, narrow] : bounds) {
      for (const auto& [outer, wide] : bounds) {
        if (narrow == wide) continue;
        if (outer.lo <= inner.lo && inner.hi <= outer.hi) impossible_.push_back(add_box({{narrow, {1}}, {wide, {2}}}));
        if (narrow < wide && (inner.hi < outer.lo || outer.hi < inner.lo)) impossible_.push_back(add_box({{narrow, {1}}, {wide, {1}}}));
      }
    }
  }
}

BoxId Space::add_box(const Region& region, std::span<const AxisId> axes) {
  std::vector<std::pair<AxisId, std::vector<uint64_t>>> sides;
  for (const AxisId id : axes) {
    const auto begin = region.begin() + axes_[id].offset;
    sides.emplace_back(id, std::vector<uint64_t>(begin, begin + axes_[id].words));
  }
  return add_box(sides);
}

BoxId Space::exclude(const Region& region, std::span<const AxisId> axes) {
  impossible_.push_back(add_box(region, axes));
  return impossible_.back();
}

void Space::exclude_pair(const Region& region, AxisId one, AxisId other) { pairs_.push_back(exclude(region, std::array{one, other})); }

std::span<const BoxId> Space::boxes_of(GuardId guard) const {
  const std::optional<std::vector<BoxId>>& boxes = by_guard_[guard.index];
  SBX_CHECK(boxes, "a guard that the space was not made for");
  return *boxes;
}

std::optional<AxisId> Space::axis_of(LeafId leaf) const {
  const auto found = by_leaf_.find(leaf);
  return found == by_leaf_.end() ? std::nullopt : std::optional(found->second);
}

bool Space::meet(BoxId a, BoxId b) const {
  const std::span<const Slab> left = box(a), right = box(b);
  for (size_t i = 0, j = 0; i < left.size() && j < right.size();) {
    if (left[i].axis != right[j].axis) {
      (left[i].axis < right[j].axis ? i : j) += 1;
      continue;
    }
    const uint32_t first = std::max(left[i].first, right[j].first), last = std::min(left[i].last, right[j].last);
    if (first > last) return false;
    const uint64_t* one = words(left[i]);
    const uint64_t* other = words(right[j]);
    uint32_t at = first / 64;
    while (at <= last / 64 && (one[at] & other[at]) == 0) ++at;
    if (at > last / 64) return false;
    ++i, ++j;
  }
  return true;
}

bool Space::is_at(BoxId id, const Point& point) const {
  return std::ranges::all_of(box(id), [&](const Slab& slab) {
    const uint32_t at = point[slab.axis.index];
    return slab.first <= at && at <= slab.last && (words(slab)[at / 64] >> (at % 64) & 1) != 0;
  });
}

bool Space::holds(GuardId guard, const Point& point) const {
  return std::ranges::any_of(boxes_of(guard), [&](BoxId box) { return is_at(box, point); });
}

Point Space::first_of(const Region& region) const {
  Point point;
  for (size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = axes_[axes_.id_at(i)];
    if (rests_at_last_[i] && (region[axis.offset] >> (axis.size - 1) & 1) != 0) {
      point.push_back(axis.size - 1);
      continue;
    }
    uint32_t word = 0;
    while (word + 1 < axis.words && region[axis.offset + word] == 0) ++word;
    point.push_back(word * 64 + static_cast<uint32_t>(std::countr_zero(region[axis.offset + word])));
  }
  return point;
}

bool Space::is_whole(const Region& region, AxisId id) const {
  const Axis& axis = axes_[id];
  const auto all = everything_.begin() + axis.offset;
  return std::equal(all, all + axis.words, region.begin() + axis.offset);
}

bool Space::allows(const Point& point, const Need& need) const {
  const std::optional<AxisId> id = axis_of(need.leaf);
  if (!id) return need.unknown || !need.values.empty();
  const Axis& axis = axes_[*id];
  const uint32_t at = point[id->index];
  if (at >= axis.classes.size()) return need.unknown;
  const Interval of = axis.classes[at];
  return std::ranges::any_of(need.values, [&](Interval one) { return one.lo <= of.hi && of.lo <= one.hi; });
}

std::vector<uint64_t> Space::classes_of(AxisId id, const Need& need) const {
  const Axis& axis = axes_[id];
  std::vector<uint64_t> words(axis.words);
  for (uint32_t i = 0; i < axis.classes.size(); ++i) {
    const Interval of = axis.classes[i];
    if (std::ranges::any_of(need.values, [&](Interval one) { return one.lo <= of.hi && of.lo <= one.hi; })) set_bit(words, i);
  }
  if (axis.can_be_unknown && need.unknown) set_bit(words, axis.size - 1);
  return words;
}

Need Space::need(const Region& region, AxisId id) const {
  const Axis& axis = axes_[id];
  const auto allows = [&](uint32_t i) { return (region[axis.offset + i / 64] >> (i % 64) & 1) != 0; };
  Need need{.leaf = *axis.leaf, .values = {}, .unknown = axis.can_be_unknown && allows(axis.size - 1)};
  for (uint32_t i = 0; i < axis.classes.size(); ++i) {
    if (!allows(i)) continue;
    if (!need.values.empty() && need.values.back().hi + 1 == axis.classes[i].lo) {
      need.values.back().hi = axis.classes[i].hi;
    } else {
      need.values.push_back(axis.classes[i]);
    }
  }
  return need;
}

}  // namespace sbx::analysis
