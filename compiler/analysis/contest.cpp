// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/contest.h"

#include <algorithm>

namespace sbx::analysis {
namespace {

void append(std::vector<GuardId>& to, const std::vector<GuardId>& from) { to.insert(to.end(), from.begin(), from.end()); }

bool beats(const Entry& entry, uint32_t other) { return std::ranges::find(entry.beats, other) != entry.beats.end(); }

}  // namespace

std::vector<RouteId> routes_of(const Entry& entry) {
  std::vector<RouteId> routes = entry.routes;
  for (const Entry& inner : entry.entries) {
    const std::vector<RouteId> more = routes_of(inner);
    routes.insert(routes.end(), more.begin(), more.end());
  }
  return routes;
}

Contest::Contest(const Module& module) : module_(module), standings_(module.manifest.routes.size()) {
  for (uint32_t tier = 0; tier < module.manifest.tiers.size(); ++tier) {
    const std::vector<Entry>& entries = module.manifest.tiers[tier].entries;
    for (uint32_t entry = 0; entry < entries.size(); ++entry) {
      Standing standing{tier, entry, {}};
      place(entries[entry], standing);
    }
  }
}

void Contest::place(const Entry& entry, Standing& standing) {
  for (const RouteId route : entry.routes) standings_[route.index] = standing;
  for (const Entry& inner : entry.entries) {
    place(inner, standing);
    const std::vector<RouteId> passed = routes_of(inner);
    standing.before.insert(standing.before.end(), passed.begin(), passed.end());
  }
}

GuardId Contest::guard(RouteId route) const { return module_.graph.outputs[module_.manifest.routes[route].bit]; }

AnyOf Contest::fires(const Entry& entry) const {
  AnyOf clause;
  for (const RouteId route : routes_of(entry)) clause.push_back({guard(route)});
  return clause;
}

std::vector<GuardId> Contest::guards(const std::vector<RouteId>& routes) const {
  std::vector<GuardId> guards;
  guards.reserve(routes.size());
  for (const RouteId route : routes) guards.push_back(guard(route));
  return guards;
}

std::vector<RouteId> Contest::earlier_tiers(uint32_t tier) const {
  std::vector<RouteId> routes;
  for (uint32_t i = 0; i < tier; ++i) {
    for (const Entry& entry : module_.manifest.tiers[i].entries) {
      const std::vector<RouteId> more = routes_of(entry);
      routes.insert(routes.end(), more.begin(), more.end());
    }
  }
  return routes;
}

std::vector<RouteId> Contest::rivals(RouteId route) const {
  const Standing& at = standing(route);
  std::vector<RouteId> rivals = earlier_tiers(at.tier);
  for (const Entry& entry : module_.manifest.tiers[at.tier].entries) {
    if (!beats(entry, at.entry)) continue;
    const std::vector<RouteId> more = routes_of(entry);
    rivals.insert(rivals.end(), more.begin(), more.end());
  }
  rivals.insert(rivals.end(), at.before.begin(), at.before.end());
  return rivals;
}

Question Contest::wins(RouteId route) const { return {{{{guard(route)}}}, guards(rivals(route))}; }

Question Contest::nobody() const { return {{}, guards(earlier_tiers(static_cast<uint32_t>(module_.manifest.tiers.size())))}; }

Question Contest::both(uint32_t tier, uint32_t a, uint32_t b) const {
  const std::vector<Entry>& entries = module_.manifest.tiers[tier].entries;
  Question question{{fires(entries[a]), fires(entries[b])}, guards(earlier_tiers(tier))};
  for (const Entry& entry : entries) {
    if (beats(entry, a) || beats(entry, b)) append(question.none, guards(routes_of(entry)));
  }
  return question;
}

}  // namespace sbx::analysis
