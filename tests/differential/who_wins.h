// SPDX-License-Identifier: Apache-2.0
// Who wins, written down once more from docs/language (routes.md, tiers.md, blocks.md) and from no other code, over any kind of truth: a
// bool for one request, a formula for all requests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "runtime/program/manifest.h"

namespace sbx::differential {

/// `Facts` says of the single parts: `truth(bool)`, `holds(RouteId)` (its condition as written) and `leads(entry, i, j)` (the score of
/// member i of a `best` block exceeds that of member j by more than the margin, whatever is unknown).
template <class Truth, class Facts>
class WhoWins {
 public:
  WhoWins(const Manifest& manifest, const Facts& facts) : manifest_(manifest), facts_(facts) {
    Truth open = facts_.truth(true);
    for (const Tier& tier : manifest_.tiers) {
      open_.push_back(open);
      fires_.emplace_back();
      for (const Entry& entry : tier.entries) {
        fires_.back().push_back(fires(entry));
        open = open && !fires_.back().back();
      }
    }
    nobody_ = std::vector{open};
  }

  /// The request comes to the route's tier, the route takes its entry, and no entry that fires is over that.
  [[nodiscard]] Truth wins(RouteId route) const {
    for (uint32_t tier = 0; tier < manifest_.tiers.size(); ++tier) {
      for (uint32_t entry = 0; entry < manifest_.tiers[tier].entries.size(); ++entry) {
        const Entry& at = manifest_.tiers[tier].entries[entry];
        if (has(at, route)) return open_[tier] && takes(at, route) && unbeaten(tier, entry);
      }
    }
    return facts_.truth(false);
  }

  /// The request comes to the tier, two entries of it fire, and nothing says which of them wins.
  [[nodiscard]] Truth clash(uint32_t tier, uint32_t a, uint32_t b) const {
    return open_[tier] && fires_[tier][a] && fires_[tier][b] && unbeaten(tier, a) && unbeaten(tier, b);
  }

  [[nodiscard]] Truth nobody() const { return nobody_.front(); }

 private:
  static bool has(const Entry& entry, RouteId route) {
    return std::ranges::find(entry.routes, route) != entry.routes.end() ||
           std::ranges::any_of(entry.entries, [&](const Entry& inner) { return has(inner, route); });
  }

  Truth fires(const Entry& entry) const {
    Truth any = facts_.truth(false);
    for (const RouteId route : entry.routes) any = any || takes(entry, route);
    for (const Entry& inner : entry.entries) any = any || fires(inner);
    return any;
  }

  // The entry is the route's, by what the entry alone says.
  Truth takes(const Entry& entry, RouteId route) const {
    if (entry.kind == Entry::Kind::Route) return facts_.holds(route);
    if (entry.kind == Entry::Kind::Best) return leads_all(entry, route);
    Truth passed = facts_.truth(true);
    for (const Entry& inner : entry.entries) {
      if (has(inner, route)) return passed && takes(inner, route);
      passed = passed && !fires(inner);
    }
    return facts_.truth(false);
  }

  Truth leads_all(const Entry& entry, RouteId route) const {
    const auto mine = static_cast<size_t>(std::ranges::find(entry.routes, route) - entry.routes.begin());
    Truth leads = facts_.holds(route);
    for (size_t other = 0; other < entry.routes.size(); ++other) {
      if (other != mine) leads = leads && (!facts_.holds(entry.routes[other]) || facts_.leads(entry, mine, other));
    }
    return leads;
  }

  Truth unbeaten(uint32_t tier, uint32_t entry) const {
    Truth unbeaten = facts_.truth(true);
    const std::vector<Entry>& entries = manifest_.tiers[tier].entries;
    for (size_t other = 0; other < entries.size(); ++other) {
      const bool is_over = std::ranges::find(entries[other].beats, entry) != entries[other].beats.end();
      if (is_over) unbeaten = unbeaten && !fires_[tier][other];
    }
    return unbeaten;
  }

  const Manifest& manifest_;
  const Facts& facts_;
  std::vector<Truth> open_;                // by tier: no earlier one has an entry that fires
  std::vector<std::vector<Truth>> fires_;  // by tier and entry
  std::vector<Truth> nobody_;              // one
};

}  // namespace sbx::differential
