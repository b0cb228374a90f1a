// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/wording.h"

#include <algorithm>

#include "compiler/diff/tests_text.h"

namespace sbx::diff {
namespace {

using analysis::Axis;
using analysis::AxisId;
using analysis::BoxId;
using analysis::Question;
using analysis::Region;
using analysis::Slab;
using analysis::Space;

constexpr size_t kMostRegions = 24;  // of one question; beyond, guards are said as they are written
constexpr size_t kMostClauses = 12;  // of one region; beyond, it is said without its holes

std::span<const uint64_t> classes_of(const Space& space, const Region& region, AxisId axis) {
  return std::span(region).subspan(space.axes()[axis].offset, space.axes()[axis].words);
}

/// The region within a box; nothing where they are apart.
std::optional<Region> met(const Space& space, Region region, BoxId box) {
  for (const Slab& slab : space.box(box)) {
    bool some = false;
    for (uint32_t i = 0; i < space.axes()[slab.axis].words; ++i) {
      uint64_t& word = region[space.axes()[slab.axis].offset + i];
      word &= space.words(slab)[i];
      some |= word != 0;
    }
    if (!some) return std::nullopt;
  }
  return region;
}

bool is_within(const Region& inner, const Region& outer) {
  for (size_t i = 0; i < inner.size(); ++i) {
    if ((inner[i] & ~outer[i]) != 0) return false;
  }
  return true;
}

}  // namespace

Words Wording::any_of(const std::vector<Question>& questions) const {
  std::vector<Term> terms;
  for (const Question& question : questions) add_terms(question, terms);
  simplify(terms);
  std::vector<std::string> texts;
  for (const Term& term : terms) texts.push_back(text(term));
  return {diff::any_of(texts), std::ranges::any_of(terms, &Term::simplified)};
}

void Wording::add_terms(const Question& question, std::vector<Term>& terms) const {
  std::vector<BoxId> avoided;
  for (const GuardId guard : question.none) {
    const auto boxes = space_.boxes_of(guard);
    avoided.insert(avoided.end(), boxes.begin(), boxes.end());
  }
  std::vector<GuardId> guards;
  for (Region& region : regions(question, guards)) {
    Term term{std::move(region), {}, guards};
    const auto holds_nothing = [&](BoxId box) { return count_ways(box, term.region) == 0; };
    if (std::ranges::any_of(space_.impossible(), holds_nothing) || !avoid(avoided, term)) continue;
    if (term.clauses.size() > kMostClauses) {
      term.clauses.clear();
      term.simplified = true;
    }
    if (std::ranges::none_of(space_.impossible(), holds_nothing)) terms.push_back(std::move(term));
  }
}

// All ways to be in a box of each guard; guards that would make too many are left.
std::vector<Region> Wording::regions(const Question& question, std::vector<GuardId>& left) const {
  std::vector<Region> regions{space_.everything()};
  for (const analysis::AnyOf& clause : question.some) {
    const std::span<const BoxId> boxes = space_.boxes_of(clause.front().guard);
    std::vector<Region> more;
    for (const Region& region : regions) {
      for (const BoxId box : boxes) {
        std::optional<Region> both = met(space_, region, box);
        if (both && std::ranges::find(more, *both) == more.end()) more.push_back(std::move(*both));
        if (more.size() > kMostRegions) break;
      }
      if (more.size() > kMostRegions) break;
    }
    if (more.size() > kMostRegions) {
      left.push_back(clause.front().guard);
    } else {
      regions = std::move(more);
    }
  }
  return regions;
}

// On how many sides the region can leave a box; 0: it lies within. Nothing where they are apart.
std::optional<size_t> Wording::count_ways(BoxId box, const Region& region) const {
  size_t count = 0;
  for (const Slab& slab : space_.box(box)) {
    const auto classes = classes_of(space_, region, slab.axis);
    bool inside = false, outside = false;
    for (size_t i = 0; i < classes.size(); ++i) {
      inside |= (classes[i] & space_.words(slab)[i]) != 0;
      outside |= (classes[i] & ~space_.words(slab)[i]) != 0;
    }
    if (!inside) return std::nullopt;
    count += outside ? 1 : 0;
  }
  return count;
}

// Those sides, of a box that is not apart.
Wording::Clause Wording::ways_around(BoxId box, const Region& region) const {
  Clause clause;
  for (const Slab& slab : space_.box(box)) {
    const auto classes = classes_of(space_, region, slab.axis);
    std::vector<uint64_t> outside(classes.begin(), classes.end());
    for (size_t i = 0; i < outside.size(); ++i) outside[i] &= ~space_.words(slab)[i];
    if (std::ranges::any_of(outside, [](uint64_t word) { return word != 0; })) clause.emplace_back(slab.axis, std::move(outside));
  }
  return clause;
}

// False if nothing of the term is left. Of clauses it keeps one too many at most.
bool Wording::avoid(const std::vector<BoxId>& boxes, Term& term) const {
  for (bool again = true; again;) {
    again = false;
    term.clauses.clear();
    for (const BoxId box : boxes) {
      const std::optional<size_t> ways = count_ways(box, term.region);
      if (!ways || (ways > 1 && term.clauses.size() > kMostClauses)) continue;
      if (ways == 0) return false;
      Clause clause = ways_around(box, term.region);
      if (ways > 1) {
        if (std::ranges::find(term.clauses, clause) == term.clauses.end()) term.clauses.push_back(std::move(clause));
        continue;
      }
      const auto& [axis, classes] = clause.front();
      std::ranges::copy(classes, term.region.begin() + space_.axes()[axis].offset);
      again = true;
    }
  }
  std::ranges::sort(term.clauses);
  return true;
}

// What has grown may take in others: from the start.
void Wording::simplify(std::vector<Term>& terms) const {
  const auto absorb_one = [&] {
    for (size_t i = 0; i < terms.size(); ++i) {
      for (size_t j = 0; j < terms.size(); ++j) {
        if (i == j || !absorb(terms[i], terms[j])) continue;
        terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(j));
        return true;
      }
    }
    return false;
  };
  while (absorb_one()) {
  }
}

// Whether `other` is part of `into`, or becomes part of it when one axis is widened.
bool Wording::absorb(Term& into, const Term& other) const {
  if (into.guards != other.guards || into.simplified != other.simplified) return false;
  if (is_within(other.region, into.region)) return std::ranges::includes(other.clauses, into.clauses);
  if (into.clauses != other.clauses) return false;
  std::optional<AxisId> apart;
  for (size_t i = 0; i < space_.axes().size(); ++i) {
    const AxisId axis = space_.axes().id_at(i);
    if (std::ranges::equal(classes_of(space_, into.region, axis), classes_of(space_, other.region, axis))) continue;
    if (apart) return false;
    apart = axis;
  }
  if (!apart) return true;
  for (uint32_t i = 0; i < space_.axes()[*apart].words; ++i) {
    into.region[space_.axes()[*apart].offset + i] |= other.region[space_.axes()[*apart].offset + i];
  }
  return true;
}

std::string Wording::text(const Term& term) const {
  std::vector<std::string> parts;
  for (size_t i = 0; i < space_.axes().size(); ++i) {
    const AxisId axis = space_.axes().id_at(i);
    if (space_.is_whole(term.region, axis)) continue;
    const auto classes = classes_of(space_, term.region, axis);
    parts.push_back(side(axis, {classes.begin(), classes.end()}));
  }
  for (const Clause& clause : term.clauses) {
    std::vector<std::string> ways;
    for (const auto& [axis, classes] : clause) ways.push_back(side(axis, classes));
    parts.push_back(diff::any_of(ways));
  }
  for (const GuardId guard : term.guards) parts.push_back(TestsText(merged_).guard(guard, true));
  return diff::all_of(parts);
}

std::string Wording::side(AxisId id, const std::vector<uint64_t>& classes) const {
  const Axis& axis = space_.axes()[id];
  const TestsText tests(merged_);
  if (!axis.leaf) return tests.atom(*axis.atom, (classes.front() & 1) != 0);
  Region region = space_.everything();
  std::ranges::copy(classes, region.begin() + axis.offset);
  return tests.leaf(space_.need(region, id));
}

}  // namespace sbx::diff
