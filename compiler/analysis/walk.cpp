// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/walk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <utility>

namespace sbx::analysis {
namespace {

constexpr size_t kFewGuards = 32;  // a search is as quick
constexpr int kMostSteps = 200;
constexpr size_t kTries = 3;        // classes that are looked at on a side
constexpr int kRandomSteps = 12;  // one in so many is taken blindly
constexpr size_t kMostKept = 8;   // points to start from
constexpr uint32_t kNoBit = UINT32_MAX;
constexpr uint32_t kFar = UINT32_MAX / 2;  // sides that the point is outside of, where a box is not forbidden: no step leads in

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
  for (const BoxId box : space_.pairs()) {
    bit_of_[box.index] = static_cast<uint32_t>(boxes_.size());
    boxes_.push_back(box);
  }
  sides_.resize(space_.axes().size());
  for (uint32_t bit = 0; bit < boxes_.size(); ++bit) {
    for (const Slab& slab : space_.box(boxes_[bit])) sides_[slab.axis.index].push_back({bit, slab});
  }
}

std::optional<Point> Walk::find(const Question& question) {
  if (question.none.size() < kFewGuards) return std::nullopt;
  if (!is_prepared_) prepare();
  const std::optional<Bits> forbidden = this->forbidden(question.none);
  const std::optional<Region> allowed = forbidden ? this->allowed(question) : std::nullopt;
  if (!allowed) return std::nullopt;
  std::optional<Point> found = walk(start(*allowed), *allowed, *forbidden);
  const auto is_in = [&](BoxId box) { return space_.is_at(box, *found); };
  const Question asked{question.some, {}, question.where};  // what is forbidden was left
  if (!found || std::ranges::any_of(space_.impossible(), is_in) || !answers(space_, *found, asked)) return std::nullopt;
  if (last_.size() == kMostKept) last_.erase(last_.begin());
  last_.push_back(*found);
  return found;
}

// Nothing where a guard has a box that is in no row.
std::optional<Walk::Bits> Walk::forbidden(const std::vector<GuardId>& guards) const {
  Bits bits;
  for (const GuardId guard : guards) {
    for (const BoxId box : space_.boxes_of(guard)) {
      if (box.index >= bit_of_.size() || bit_of_[box.index] == kNoBit) return std::nullopt;
      bits.push_back(bit_of_[box.index]);
    }
  }
  for (const BoxId box : space_.pairs()) bits.push_back(bit_of_[box.index]);
  return bits;
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

Walk::Standing Walk::standing(const Point& point, const Bits& forbidden) const {
  Standing standing{std::vector<uint32_t>(boxes_.size(), kFar), {}};
  for (const uint32_t bit : forbidden) {
    uint32_t outside = 0;
    for (const Slab& slab : space_.box(boxes_[bit])) outside += is_outside(slab, point[slab.axis.index]) ? 1 : 0;
    if (outside == 0 && standing.outside[bit] == kFar) standing.held.push_back(bit);
    standing.outside[bit] = outside;
  }
  return standing;
}

void Walk::take(const Step& step, Point& point, Standing& standing) const {
  const uint32_t before = std::exchange(point[step.axis.index], step.number);
  for (const Side& side : sides_[step.axis.index]) {
    const bool was = is_outside(side.slab, before), is = is_outside(side.slab, step.number);
    if (was == is) continue;
    uint32_t& outside = standing.outside[side.bit];
    outside = is ? outside + 1 : outside - 1;
    if (outside == 0) standing.held.push_back(side.bit);
  }
  std::erase_if(standing.held, [&](uint32_t bit) { return standing.outside[bit] != 0; });
}

std::optional<Point> Walk::walk(Point point, const Region& allowed, const Bits& forbidden) {
  Standing standing = this->standing(point, forbidden);
  for (int i = 0; i < kMostSteps; ++i) {
    if (standing.held.empty()) return point;
    const BoxId out_of = boxes_[standing.held[random_() % standing.held.size()]];
    const std::optional<Step> taken = step(point, allowed, standing, out_of);
    if (!taken) return std::nullopt;  // all that is allowed is in this box
    take(*taken, point, standing);
  }
  return std::nullopt;
}

// Of some ways out of a box the one after which the point is in fewest.
std::optional<Walk::Step> Walk::step(const Point& point, const Region& allowed, const Standing& standing, BoxId out_of) {
  std::optional<Step> best;
  const bool is_blind = random_() % kRandomSteps == 0;
  for (const Slab& slab : space_.box(out_of)) {
    std::array<Step, kTries> tries;
    size_t count = 0;
    while (count < kTries) {
      const std::optional<uint32_t> number = any_class(allowed, slab.axis, &slab);
      if (!number) break;
      tries[count++] = {slab.axis, *number, is_blind ? random_() % 1024 : standing.held.size()};
    }
    if (!is_blind) count_left(point, standing, std::span(tries).first(count));
    for (const Step& one : std::span(tries).first(count)) {
      if (!best || one.left < best->left) best = one;
    }
  }
  return best;
}

// Adds to `left` what each of these steps, which are along one axis, enters and takes away what it leaves.
void Walk::count_left(const Point& point, const Standing& standing, std::span<Step> steps) const {
  if (steps.empty()) return;
  const AxisId axis = steps.front().axis;
  for (const Side& side : sides_[axis.index]) {
    const uint32_t outside = standing.outside[side.bit];
    if (outside > 1 || (outside == 1 && !is_outside(side.slab, point[axis.index]))) continue;  // outside by another axis
    for (Step& step : steps) {
      step.left += is_outside(side.slab, step.number) ? 0 : 1;
      step.left -= outside == 0 ? 1 : 0;
    }
  }
}

}  // namespace sbx::analysis
