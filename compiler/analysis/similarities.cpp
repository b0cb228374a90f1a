// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/similarities.h"

#include <algorithm>
#include <map>

#include "compiler/analysis/study.h"
#include "compiler/geometry/bands.h"
#include "runtime/request/readings.h"

namespace sbx::analysis {
namespace {

constexpr size_t kMostTaught = 2'000;     // boxes; what is beyond is learnt where it is asked for
constexpr size_t kMostPairs = 1'000'000;  // of vectors, and classes, looked at for that

std::optional<int64_t> fallback_of(const SignalInfo& info) {
  if (!info.or_else) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(&info.or_else->value)) {
    const auto member = std::ranges::find(info.type.members, *text);
    return member == info.type.members.end() ? std::nullopt : std::optional<int64_t>(member - info.type.members.begin());
  }
  const Result<Reading> reading = to_reading(*info.or_else, std::nullopt, info.type);
  const auto* number = reading ? std::get_if<int64_t>(&reading->value) : nullptr;
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::vector<geometry::Band> bands_of(const std::vector<Interval>& values) {
  std::vector<geometry::Band> bands;
  for (const Interval one : values) {
    if (!bands.empty() && bands.back().hi + 1 == one.lo) {
      bands.back().hi = one.hi;
    } else {
      bands.push_back({one.lo, one.hi});
    }
  }
  return bands;
}

/// Only these classes of an axis.
void keep(Region& region, const Axis& axis, const std::vector<uint32_t>& classes) {
  std::fill_n(region.begin() + axis.offset, axis.words, 0);
  for (const uint32_t one : classes) region[axis.offset + one / 64] |= uint64_t{1} << (one % 64);
}

bool are_alike(const VectorSignal& a, const VectorSignal& b) {
  return a.encoder == b.encoder && geometry::first_vector(a.measure).size() == geometry::first_vector(b.measure).size();
}

}  // namespace

VectorSignals vector_signals(const Manifest& manifest, const std::vector<VectorSignal>& signals) {
  VectorSignals found;
  for (const VectorSignal& signal : signals) {
    for (size_t i = 0; i < manifest.signals.size(); ++i) {
      const SignalId id = manifest.signals.id_at(i);
      if (manifest.signals[id].name == signal.name) found.emplace_back(id, &signal);
    }
  }
  return found;
}

/// What is wished of a member's reading.
struct Similarities::Asked {
  const Member* member;
  geometry::Wish wish;
  bool by_point;  // arithmetic chose it
};

Similarities::Similarities(Space& space, const VectorSignals& signals) : space_(space) {
  for (const auto& [id, signal] : signals) add(id, *signal);
  for (const Group& group : groups_) teach(group);
}

void Similarities::add(SignalId id, const VectorSignal& signal) {
  const Manifest& manifest = space_.module().manifest;
  for (size_t i = 0; i < manifest.leaves.size(); ++i) {
    const LeafId leaf = manifest.leaves.id_at(i);
    if (manifest.leaves[leaf].signal != id || manifest.leaves[leaf].facet != Facet::Value) continue;
    const auto alike = std::ranges::find_if(groups_, [&](const Group& group) { return are_alike(*group.front().signal, signal); });
    Group& group = alike == groups_.end() ? groups_.emplace_back() : *alike;
    group.push_back({leaf, space_.axis_of(leaf), &signal, fallback_of(manifest.signals[id])});
  }
}

bool Similarities::has(LeafId leaf) const {
  return std::ranges::any_of(groups_, [&](const Group& group) { return std::ranges::find(group, leaf, &Member::leaf) != group.end(); });
}

std::string Similarities::names() const {
  std::vector<std::string> names;
  for (const Group& group : groups_) {
    for (const Member& member : group) names.push_back(member.signal->name);
  }
  return listed(names);
}

void Similarities::teach(const Group& group) {
  size_t pairs = 0;
  for (size_t i = 0; i < group.size(); ++i) {
    for (size_t j = i + 1; j < group.size(); ++j) {
      const Member &a = group[i], &b = group[j];
      if (!a.axis || !b.axis) continue;
      const auto *from = std::get_if<geometry::Similarity>(&a.signal->measure), *to = std::get_if<geometry::Similarity>(&b.signal->measure);
      if (from == nullptr || to == nullptr) continue;  // of labels and differences it is learnt where it is asked for
      const auto work = [&](const Member& one) {
        return std::get<geometry::Similarity>(one.signal->measure).vectors.size() * space_.axes()[*one.axis].classes.size();
      };
      pairs += work(a) * work(b);
      if (pairs > kMostPairs || taught_ >= kMostTaught) return;
      teach(a, b);
    }
  }
}

// Each is near to some vector of its own; if no two of them are near enough to each other, the readings exclude each other. Classes of `a`
// that exclude the same of `b` make one box.
void Similarities::teach(const Member& a, const Member& b) {
  const Axis &one = space_.axes()[*a.axis], &other = space_.axes()[*b.axis];
  const auto is_fallback = [](const Member& member, Interval values) {
    return member.fallback && values.lo <= *member.fallback && *member.fallback <= values.hi;
  };
  std::vector<double> cosines;
  for (const geometry::Vector& from : std::get<geometry::Similarity>(a.signal->measure).vectors) {
    for (const geometry::Vector& to : std::get<geometry::Similarity>(b.signal->measure).vectors) cosines.push_back(geometry::dot(from, to));
  }
  std::map<std::vector<uint32_t>, std::vector<uint32_t>> boxes;
  for (uint32_t i = 0; i < one.classes.size(); ++i) {
    if (is_fallback(a, one.classes[i])) continue;
    std::vector<uint32_t> excluded;
    for (uint32_t j = 0; j < other.classes.size(); ++j) {
      const geometry::Band band{one.classes[i].lo, one.classes[i].hi}, with{other.classes[j].lo, other.classes[j].hi};
      const bool apart = std::ranges::all_of(cosines, [&](double cosine) { return geometry::are_apart(cosine, band, with); });
      if (apart && !is_fallback(b, other.classes[j])) excluded.push_back(j);
    }
    if (!excluded.empty()) boxes[excluded].push_back(i);
  }
  for (const auto& [of_other, of_one] : boxes) {
    Region region = space_.everything();
    keep(region, one, of_one);
    keep(region, other, of_other);
    space_.exclude(region, std::vector{*a.axis, *b.axis});
    has_excluded_ = true;
    ++taught_;
  }
}

std::optional<Need> Similarities::need(const Member& member, const Region& region) const {
  if (!member.axis || space_.is_whole(region, *member.axis)) return std::nullopt;
  return space_.need(region, *member.axis);
}

// A signal that may fail there asks nothing.
std::vector<Similarities::Asked> Similarities::asked(const Group& group, const Region& region, const Points& points) const {
  std::vector<Asked> asked;
  for (const Member& member : group) {
    const geometry::Measure* measure = &member.signal->measure;
    if (const auto point = points.leaves.find(member.leaf); point != points.leaves.end()) {
      if (point->second) asked.push_back({&member, {measure, {{point->second->lo, point->second->hi}}}, true});
      continue;
    }
    const std::optional<Need> need = this->need(member, region);
    const bool may_fail = need && (need->unknown || (member.fallback && allows(*need, *member.fallback)));
    if (need && !may_fail) asked.push_back({&member, {measure, bands_of(need->values)}, false});
  }
  return asked;
}

Solved Similarities::solve(const Region& region, Points points) {
  for (const Group& group : groups_) {
    if (std::optional<Solved> failed = solve(group, region, points)) return std::move(*failed);
  }
  return points;
}

std::optional<Solved> Similarities::solve(const Group& group, const Region& region, Points& points) {
  const std::vector<Asked> asked = this->asked(group, region, points);
  if (asked.empty()) return write(group, region, nullptr, points), std::nullopt;
  std::vector<geometry::Wish> wishes;
  for (const Asked& one : asked) wishes.push_back(one.wish);
  const geometry::Direction found = geometry::grant(wishes);
  if (const auto* direction = std::get_if<geometry::Vector>(&found)) return write(group, region, direction, points), std::nullopt;
  const auto* none = std::get_if<geometry::NoDirection>(&found);
  const bool by_point = std::ranges::any_of(asked, &Asked::by_point);
  // Other points might do, so only what the region says counts.
  if (by_point) {
    Points nothing;
    std::optional<Solved> without = solve(group, region, nothing);
    return without ? std::move(without) : Solved(TooHard{});
  }
  if (none == nullptr) return Solved(TooHard{});
  Contradiction contradiction;
  for (const size_t place : none->because) contradiction.axes.push_back(*asked[place].member->axis);
  has_excluded_ = true;
  return Solved(std::move(contradiction));
}

// What is read from the direction, where that is allowed; else the signal fails, which is allowed then.
void Similarities::write(const Group& group, const Region& region, const geometry::Vector* direction, Points& points) const {
  ShownVector shown;
  for (const Member& member : group) {
    const std::optional<Need> need = this->need(member, region);
    const auto point = points.leaves.find(member.leaf);
    const bool is_chosen = point != points.leaves.end();
    if (is_chosen && !point->second) continue;
    if (direction != nullptr) {
      const std::optional<int64_t> reading = geometry::read(member.signal->measure, *direction);
      if (reading && (is_chosen || !need || allows(*need, *reading))) {
        points.leaves[member.leaf] = Interval{*reading, *reading};
        points.similar.insert(member.leaf);
        shown.signals.push_back(member.signal->name);
        continue;
      }
    }
    if (is_chosen || !need) continue;
    points.leaves[member.leaf] = need->unknown ? std::nullopt : std::optional(Interval{*member.fallback, *member.fallback});
    points.similar.insert(member.leaf);
  }
  if (direction == nullptr || shown.signals.empty()) return;
  shown.vector = *direction;
  points.vectors.push_back(std::move(shown));
}

}  // namespace sbx::analysis
