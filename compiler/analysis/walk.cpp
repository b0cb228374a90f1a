// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/walk.h"

#include <algorithm>
#include <bit>

namespace sbx::analysis {
namespace {

constexpr size_t kFewGuards = 32;               // a search is as quick
constexpr size_t kMostWords = size_t{1} << 24;  // of all rows: 128 MB
constexpr int kMostSteps = 200;
constexpr int kTries = 3;         // classes that are looked at on a side
constexpr int kRandomSteps = 12;  // one in so many is taken blindly
constexpr size_t kMostKept = 8;   // points to start from
constexpr uint32_t kNoBit = UINT32_MAX;

bool has(const Region& region, const Axis& axis, uint32_t number) { return (region[axis.offset + number / 64] >> (number % 64) & 1) != 0; }

}  // namespace

void Walk::prepare() {
  is_prepared_ = true;
  bit_of_.assign(space_.size(), kNoBit);
  for (const GuardId guard : space_.module().graph.outputs) {
    if (!space_.has(guard)) continue;
    for (const BoxId box : space_.boxes_of(guard)) {
      if (bit_of_[box.index] != kNoBit) continue;
      bit_of_[box.index] = static_cast<uint32_t>(boxes_.size());
      boxes_.push_back(box);
    }
  }
  words_ = (boxes_.size() + 63) / 64;
  size_t size = 0;
  for (const Axis& axis : space_.axes()) {
    rows_.push_back(size);
    size += axis.size * words_;
  }
  if (size <= kMostWords) add_rows();
}

void Walk::add_rows() {
  outside_.assign(rows_.empty() ? 0 : rows_.back() + space_.axes()[space_.axes().id_at(rows_.size() - 1)].size * words_, 0);
  for (uint32_t bit = 0; bit < boxes_.size(); ++bit) {
    for (const Slab& slab : space_.box(boxes_[bit])) {
      const uint64_t* classes = space_.words(slab);
      uint64_t* word = outside_.data() + rows_[slab.axis.index] + bit / 64;
      for (uint32_t i = 0; i < space_.axes()[slab.axis].size; ++i, word += words_) {
        if ((classes[i / 64] >> (i % 64) & 1) == 0) *word |= uint64_t{1} << (bit % 64);
      }
    }
  }
}

std::optional<Point> Walk::find(const Question& question) {
  if (question.none.size() < kFewGuards) return std::nullopt;
  if (!is_prepared_) prepare();
  if (outside_.empty()) return std::nullopt;
  const std::optional<Boxes> forbidden = this->forbidden(question.none);
  const std::optional<Region> allowed = forbidden ? this->allowed(question) : std::nullopt;
  if (!allowed) return std::nullopt;
  std::optional<Point> found = walk(start(*allowed), *allowed, *forbidden);
  const auto is_in = [&](BoxId box) { return space_.is_at(box, *found); };
  if (!found || std::ranges::any_of(space_.impossible(), is_in) || !answers(space_, *found, question)) return std::nullopt;
  if (last_.size() == kMostKept) last_.erase(last_.begin());
  last_.push_back(*found);
  return found;
}

// Nothing where a guard has a box that is in no row.
std::optional<Walk::Boxes> Walk::forbidden(const std::vector<GuardId>& guards) const {
  Boxes boxes(words_);
  for (const GuardId guard : guards) {
    for (const BoxId box : space_.boxes_of(guard)) {
      if (box.index >= bit_of_.size() || bit_of_[box.index] == kNoBit) return std::nullopt;
      boxes[bit_of_[box.index] / 64] |= uint64_t{1} << (bit_of_[box.index] % 64);
    }
  }
  return boxes;
}

// One box of each guard that is wanted for sure, and what the leaves may read.
std::optional<Region> Walk::allowed(const Question& question) {
  Region region = space_.everything();
  const auto narrow = [&](AxisId id, const uint64_t* classes) {
    const Axis& axis = space_.axes()[id];
    uint64_t left = 0;
    for (uint32_t i = 0; i < axis.words; ++i) left |= region[axis.offset + i] &= classes[i];
    return left != 0;
  };
  for (const AnyOf& clause : question.some) {
    if (clause.size() != 1 || !clause.front().holds) continue;  // looked at in the end
    const std::span<const BoxId> boxes = space_.boxes_of(clause.front().guard);
    if (boxes.empty()) return std::nullopt;
    for (const Slab& slab : space_.box(boxes[random_() % boxes.size()])) {
      if (!narrow(slab.axis, space_.words(slab))) return std::nullopt;
    }
  }
  for (const Need& need : question.where) {
    const std::optional<AxisId> axis = space_.axis_of(need.leaf);
    if (axis && !narrow(*axis, space_.classes_of(*axis, need).data())) return std::nullopt;
  }
  return region;
}

Point Walk::start(const Region& allowed) {
  Point point = last_.empty() ? Point(space_.axes().size(), UINT32_MAX) : last_[last_.size() - 1 - random_() % last_.size()];
  for (size_t i = 0; i < point.size(); ++i) {
    const AxisId id = space_.axes().id_at(i);
    const Axis& axis = space_.axes()[id];
    if (point[i] >= axis.size || !has(allowed, axis, point[i])) point[i] = *any_class(allowed, id, nullptr);
  }
  return point;
}

// A class that is allowed, and outside of a slab; nothing if there is none.
std::optional<uint32_t> Walk::any_class(const Region& allowed, AxisId id, const Slab* but) {
  const Axis& axis = space_.axes()[id];
  const auto word = [&](uint32_t i) { return allowed[axis.offset + i] & (but == nullptr ? ~uint64_t{0} : ~space_.words(*but)[i]); };
  uint32_t count = 0;
  for (uint32_t i = 0; i < axis.words; ++i) count += static_cast<uint32_t>(std::popcount(word(i)));
  if (count == 0) return std::nullopt;
  auto skip = static_cast<uint32_t>(random_() % count);
  for (uint32_t i = 0;; ++i) {
    uint64_t left = word(i);
    const auto here = static_cast<uint32_t>(std::popcount(left));
    if (skip >= here) {
      skip -= here;
      continue;
    }
    for (; skip > 0; --skip) left &= left - 1;
    return i * 64 + static_cast<uint32_t>(std::countr_zero(left));
  }
}

void Walk::outside_by_others(const Point& point, std::optional<AxisId> but, Boxes& boxes) const {
  std::ranges::fill(boxes, 0);
  for (size_t i = 0; i < point.size(); ++i) {
    const AxisId axis = space_.axes().id_at(i);
    if (axis == but) continue;
    const uint64_t* row = outside(axis, point[i]);
    for (size_t j = 0; j < words_; ++j) boxes[j] |= row[j];
  }
}

std::optional<Point> Walk::walk(Point point, const Region& allowed, const Boxes& forbidden) {
  Boxes outside(words_);
  for (int i = 0; i < kMostSteps; ++i) {
    outside_by_others(point, std::nullopt, outside);
    size_t held = 0;
    for (size_t j = 0; j < words_; ++j) held += static_cast<size_t>(std::popcount(forbidden[j] & ~outside[j]));
    if (held == 0) return point;
    auto skip = random_() % held;
    size_t at = 0;
    for (;; ++at) {
      const auto here = static_cast<uint64_t>(std::popcount(forbidden[at] & ~outside[at]));
      if (skip < here) break;
      skip -= here;
    }
    uint64_t left = forbidden[at] & ~outside[at];
    for (; skip > 0; --skip) left &= left - 1;
    const std::optional<Step> taken = step(point, allowed, forbidden, boxes_[at * 64 + static_cast<size_t>(std::countr_zero(left))]);
    if (!taken) return std::nullopt;  // all that is allowed is in this box
    point[taken->axis.index] = taken->number;
  }
  return std::nullopt;
}

// Of some ways out of a box the one after which the point is in fewest.
std::optional<Walk::Step> Walk::step(const Point& point, const Region& allowed, const Boxes& forbidden, BoxId out_of) {
  std::optional<Step> best;
  const bool is_blind = random_() % kRandomSteps == 0;
  Boxes others(words_);
  for (const Slab& slab : space_.box(out_of)) {
    bool is_counted = false;
    for (int i = 0; i < kTries; ++i) {
      const std::optional<uint32_t> number = any_class(allowed, slab.axis, &slab);
      if (!number) break;
      if (!is_counted) outside_by_others(point, slab.axis, others);
      is_counted = true;
      const uint64_t* row = outside(slab.axis, *number);
      size_t left = 0;
      for (size_t j = 0; j < words_; ++j) left += static_cast<size_t>(std::popcount(forbidden[j] & ~(others[j] | row[j])));
      if (is_blind) left = random_() % 1024;
      if (!best || left < best->left) best = Step{slab.axis, *number, left};
    }
  }
  return best;
}

}  // namespace sbx::analysis
