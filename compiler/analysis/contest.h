// SPDX-License-Identifier: Apache-2.0
// Who wins, as questions (docs/language/deciding.md): which guards must hold, and which must not, for a route to decide.
#pragma once

#include <vector>

#include "compiler/analysis/search.h"
#include "runtime/program/manifest.h"

namespace sbx::analysis {

/// Where a route stands: its tier, the entry of that tier, and what must fail inside the entry's `first` block for it to come to the route.
struct Standing {
  uint32_t tier = 0;
  uint32_t entry = 0;
  std::vector<RouteId> before;  // in the same block, earlier
};

class Contest {
 public:
  explicit Contest(const Module& module);  // which must outlive it

  [[nodiscard]] const Standing& standing(RouteId route) const { return standings_[route.index]; }
  /// The guard by which a route fires; in a `best` block, by which it wins the block.
  [[nodiscard]] GuardId guard(RouteId route) const;

  [[nodiscard]] AnyOf fires(const Entry& entry) const;
  [[nodiscard]] std::vector<GuardId> guards(const std::vector<RouteId>& routes) const;
  /// All routes that may take a request before `route` gets it.
  [[nodiscard]] std::vector<RouteId> rivals(RouteId route) const;
  [[nodiscard]] Question wins(RouteId route) const;
  /// No route fires.
  [[nodiscard]] Question nobody() const;
  /// Two entries of a tier fire, nothing that fires beats either, and no earlier tier takes the request.
  [[nodiscard]] Question both(uint32_t tier, uint32_t a, uint32_t b) const;

 private:
  void place(const Entry& entry, Standing& standing);
  [[nodiscard]] std::vector<RouteId> earlier_tiers(uint32_t tier) const;

  const Module& module_;
  std::vector<Standing> standings_;  // by RouteId
};

/// All routes of an entry, inner ones included.
[[nodiscard]] std::vector<RouteId> routes_of(const Entry& entry);

}  // namespace sbx::analysis
