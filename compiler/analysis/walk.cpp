// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/walk.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

namespace sbx::analysis {
namespace {

constexpr size_t kFewGuards = 32;  // a search is as quick
constexpr int kMostSteps = 200;
constexpr int kTries = 3;         // classes that are looked at on a side
constexpr int kRandomSteps = 12;  // one in so many is taken blindly
constexpr size_t kMostKept = 8;   // points to start from
constexpr uint32_t kNoBit = UINT32_MAX;

bool has_bit(const std::vector<uint64_t>& words, uint32_t bit) { return (words[bit / 64] >> (bit % 64) & 1) != 0; }

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
  sides_.resize(space_.axes().size());
  for (uint32_t bit = 0; bit < boxes_.size(); ++bit) {
    for (const Slab& slab : space_.box(boxes_[bit])) sides_[slab.axis.index].push_back({bit, slab});
  }
}

std::optional<Point> Walk::find(const Question& question) {
  if (question.none.size() < kFewGuards) return std::nullopt;
  if (!is_prepared_) prepare();
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

Walk::Standing Walk::standing(const Point& point, const Boxes& forbidden) const {
  Standing standing{std::vector<uint32_t>(boxes_.size()), {}};
  for (uint32_t bit = 0; bit < boxes_.size(); ++bit) {
    if (!has_bit(forbidden, bit)) continue;
    for (const Slab& slab : space_.box(boxes_[bit])) standing.outside[bit] += is_outside(slab, point[slab.axis.index]) ? 1 : 0;
    if (standing.outside[bit] == 0) standing.held.push_back(bit);
  }
  return standing;
}

void Walk::take(const Step& step, const Boxes& forbidden, Point& point, Standing& standing) const {
  const uint32_t before = std::exchange(point[step.axis.index], step.number);
  for (const Side& side : sides_[step.axis.index]) {
    const bool was = is_outside(side.slab, before), is = is_outside(side.slab, step.number);
    if (was == is || !has_bit(forbidden, side.bit)) continue;
    uint32_t& outside = standing.outside[side.bit];
    outside = is ? outside + 1 : outside - 1;
    if (outside == 0) standing.held.push_back(side.bit);
  }
  std::erase_if(standing.held, [&](uint32_t bit) { return standing.outside[bit] != 0; });
}

std::optional<Point> Walk::walk(Point point, const Region& allowed, const Boxes& forbidden) {
  Standing standing = this->standing(point, forbidden);
  for (int i = 0; i < kMostSteps; ++i) {
    if (standing.held.empty()) return point;
    const BoxId out_of = boxes_[standing.held[random_() % standing.held.size()]];
    const std::optional<Step> taken = step(point, allowed, forbidden, standing, out_of);
    if (!taken) return std::nullopt;  // all that is allowed is in this box
    take(*taken, forbidden, point, standing);
  }
  return std::nullopt;
}

// Of some ways out of a box the one after which the point is in fewest.
std::optional<Walk::Step> Walk::step(const Point& point, const Region& allowed, const Boxes& forbidden, const Standing& standing,
                                     BoxId out_of) {
  std::optional<Step> best;
  const bool is_blind = random_() % kRandomSteps == 0;
  for (const Slab& slab : space_.box(out_of)) {
    const uint32_t before = point[slab.axis.index];
    for (int i = 0; i < kTries; ++i) {
      const std::optional<uint32_t> number = any_class(allowed, slab.axis, &slab);
      if (!number) break;
      size_t left = standing.held.size();
      for (const Side& side : is_blind ? std::span<const Side>() : std::span(sides_[slab.axis.index])) {
        if (!has_bit(forbidden, side.bit)) continue;
        const uint32_t others = standing.outside[side.bit] - (is_outside(side.slab, before) ? 1 : 0);
        if (others > 0) continue;
        left += is_outside(side.slab, before) ? 1 : 0;
        left -= is_outside(side.slab, *number) ? 1 : 0;
      }
      if (is_blind) left = random_() % 1024;
      if (!best || left < best->left) best = Step{slab.axis, *number, left};
    }
  }
  return best;
}

}  // namespace sbx::analysis
