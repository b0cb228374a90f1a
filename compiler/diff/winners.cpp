// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/winners.h"

#include <algorithm>

namespace sbx::diff {
namespace {

bool is_fixed(const Module& module, GuardId guard, bool value) {
  const auto* fixed = std::get_if<Fixed>(&module.graph.guards[guard]);
  return fixed != nullptr && fixed->value == value;
}

/// Whether one that wins and one that must not win anyway are the same.
bool excludes(const GuardSet& rivals, std::optional<GuardId> guard) { return guard && rivals.contains(*guard); }

}  // namespace

Winners::Winners(const Merged& merged, const Side& side, const analysis::Search& search) : merged_(merged), side_(side) {
  const Manifest& manifest = side.manifest();
  rivals_.resize(manifest.routes.size() + 1);
  for (size_t i = 0; i < manifest.routes.size(); ++i) {
    const RouteId route = manifest.routes.id_at(i);
    by_guard_[*guard(route)].push_back(route);
    if (!is_fixed(merged.module(), *guard(route), false)) rivals_.back().insert(*guard(route));
    add(route, search);
  }
  if (std::ranges::none_of(rivals_.back(), [&](GuardId guard) { return is_fixed(merged_.module(), guard, true); })) {
    all_.emplace_back(std::nullopt);
  }
}

// Where two that are unrelated hold, the one that comes first in the order counts (docs/design/semantics.md).
void Winners::add(RouteId route, const analysis::Search& search) {
  const GuardId own = *guard(route);
  GuardSet& rivals = rivals_[route.index];
  const auto may_hold = [&](GuardId guard) { return !is_fixed(merged_.module(), guard, false); };
  for (const RouteId rival : side_.contest.rivals(route)) {
    if (may_hold(*guard(rival))) rivals.insert(*guard(rival));
  }
  for (const RouteId earlier : side_.manifest().order) {
    if (earlier == route) break;
    const GuardId other = *guard(earlier);
    if (may_hold(other) && !rivals.contains(other) && search.may_meet({{own}}, {{other}})) rivals.insert(other);
  }
  const bool never = is_fixed(merged_.module(), own, false) || rivals.contains(own) ||
                     std::ranges::any_of(rivals, [&](GuardId guard) { return is_fixed(merged_.module(), guard, true); });
  if (!never) all_.emplace_back(route);
}

std::optional<GuardId> Winners::guard(Winner winner) const {
  if (!winner) return std::nullopt;
  return side_.guard(side_.manifest().routes[*winner].bit);
}

const std::vector<RouteId>& Winners::routes_of(GuardId guard) const {
  static const std::vector<RouteId> none;
  const auto found = by_guard_.find(guard);
  return found == by_guard_.end() ? none : found->second;
}

std::vector<Pair> pairs_of(const Winners& old, const Winners& now, const analysis::Search& search) {
  std::vector<Pair> pairs;
  for (const Winner winner : old.all()) {
    const std::optional<GuardId> guard = old.guard(winner);
    const GuardSet& lost = old.rivals(winner);
    // One with the same guard, whose rivals have all lost, wins for certain.
    std::optional<Winner> heir;
    const auto inherits = [&](Winner candidate) { return std::ranges::includes(lost, now.rivals(candidate)); };
    if (!guard && inherits(std::nullopt)) heir.emplace(std::nullopt);
    if (guard) {
      for (const RouteId candidate : now.routes_of(*guard)) {
        if (inherits(candidate)) heir.emplace(candidate);
      }
    }
    if (heir) {
      pairs.push_back({winner, *heir});
      continue;
    }
    for (const Winner candidate : now.all()) {
      const std::optional<GuardId> other = now.guard(candidate);
      if (excludes(lost, other) || excludes(now.rivals(candidate), guard)) continue;
      if (guard && other && !search.may_meet({{*guard}}, {{*other}})) continue;
      pairs.push_back({winner, candidate});
    }
  }
  return pairs;
}

}  // namespace sbx::diff
