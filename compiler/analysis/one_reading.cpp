// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/one_reading.h"

#include <algorithm>
#include <array>

namespace sbx::analysis {
namespace {

/// What a leaf reads where its signal fails; nothing where it is unknown then.
std::optional<int64_t> stand_in(const Manifest& manifest, const Leaf& leaf) {
  const SignalInfo& signal = manifest.signals[leaf.signal];
  if (!signal.or_else || leaf.facet != Facet::Value) return std::nullopt;
  if (const auto* number = std::get_if<Decimal>(&signal.or_else->value)) {
    return scaled(*number, decimal_places(signal.type.kind), Rounding::HalfAwayFromZero);
  }
  if (const auto* boolean = std::get_if<bool>(&signal.or_else->value)) return *boolean ? 1 : 0;
  const auto* label = std::get_if<std::string>(&signal.or_else->value);
  const auto member = label ? std::ranges::find(signal.type.members, *label) : signal.type.members.end();
  return member == signal.type.members.end() ? std::nullopt : std::optional<int64_t>(member - signal.type.members.begin());
}

/// The class of an axis that a value lies in; that of unknown, for none.
uint32_t class_of(const Axis& axis, std::optional<int64_t> value) {
  if (!value) return axis.size - 1;
  const auto found = std::ranges::lower_bound(axis.classes, *value, {}, &Interval::hi);
  return static_cast<uint32_t>(found - axis.classes.begin());
}

/// Both failed: each is what stands in for it, or unknown.
bool may_have_failed(const Axis& axis, std::optional<int64_t> stand_in) { return stand_in || axis.can_be_unknown; }

void exclude_two_readings(Space& space, LeafId one, LeafId other) {
  const Manifest& manifest = space.module().manifest;
  const std::array ids{*space.axis_of(one), *space.axis_of(other)};
  const Axis& a = space.axes()[ids[0]];
  const Axis& b = space.axes()[ids[1]];
  const std::optional<int64_t> mine = stand_in(manifest, manifest.leaves[one]), theirs = stand_in(manifest, manifest.leaves[other]);
  const bool may_fail = may_have_failed(a, mine) && may_have_failed(b, theirs);
  for (uint32_t i = 0; i < a.size; ++i) {
    Region region = space.everything();
    for (uint32_t word = 0; word < a.words; ++word) region[a.offset + word] = 0;
    region[a.offset + i / 64] |= uint64_t{1} << (i % 64);
    const auto leave_out = [&](uint32_t number) { region[b.offset + number / 64] &= ~(uint64_t{1} << (number % 64)); };
    if (i < a.classes.size()) leave_out(i);  // both are cut alike
    if (may_fail && i == class_of(a, mine)) leave_out(class_of(b, theirs));
    const bool is_any = std::ranges::any_of(std::span(region).subspan(b.offset, b.words), [](uint64_t word) { return word != 0; });
    if (is_any) space.exclude(region, ids);
  }
}

}  // namespace

bool are_one_reading(const Manifest& manifest, const Leaf& a, const Leaf& b) {
  const SignalInfo& one = manifest.signals[a.signal];
  const SignalInfo& other = manifest.signals[b.signal];
  return a.signal != b.signal && one.cost >= CostClass::Model && a.facet == b.facet && a.member == b.member && a.range == b.range &&
         one.kind == other.kind && one.type == other.type && one.arguments == other.arguments;
}

void exclude_two_readings(Space& space) {
  const Manifest& manifest = space.module().manifest;
  std::vector<LeafId> learned;
  for (size_t i = 0; i < manifest.leaves.size(); ++i) {
    const LeafId id = manifest.leaves.id_at(i);
    const bool is_learned = manifest.signals[manifest.leaves[id].signal].cost >= CostClass::Model;
    if (is_learned && space.axis_of(id)) learned.push_back(id);
  }
  for (size_t i = 0; i < learned.size(); ++i) {
    for (size_t j = i + 1; j < learned.size(); ++j) {
      for (const auto& [one, other] : {std::pair(learned[i], learned[j]), std::pair(learned[j], learned[i])}) {
        if (are_one_reading(manifest, manifest.leaves[one], manifest.leaves[other])) exclude_two_readings(space, one, other);
      }
    }
  }
}

}  // namespace sbx::analysis
