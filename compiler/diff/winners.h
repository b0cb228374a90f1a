// SPDX-License-Identifier: Apache-2.0
// Who can win in the new policy where somebody wins in the old one.
#pragma once

#include <boost/container/flat_set.hpp>

#include <map>
#include <vector>

#include "compiler/analysis/search.h"
#include "compiler/diff/outcomes.h"

namespace sbx::diff {

/// There are as many sets as routes, each nearly as large as there are routes.
using GuardSet = boost::container::flat_set<GuardId>;

/// Of one policy: when each route wins, and when nobody does.
class Winners {
 public:
  /// `search` knows all guards of both policies.
  Winners(const Merged& merged, const Side& side, const analysis::Search& search);

  /// All that can win, `otherwise` (none) last.
  [[nodiscard]] const std::vector<Winner>& all() const { return all_; }
  /// The guard that must hold; none for `otherwise`.
  [[nodiscard]] std::optional<GuardId> guard(Winner winner) const;
  /// The guards that must not, each once.
  [[nodiscard]] const GuardSet& rivals(Winner winner) const { return rivals_[winner ? winner->index : rivals_.size() - 1]; }
  [[nodiscard]] const std::vector<RouteId>& routes_of(GuardId guard) const;

 private:
  void add(RouteId route, const analysis::Search& search);

  const Merged& merged_;
  const Side& side_;
  std::vector<Winner> all_;
  std::vector<GuardSet> rivals_;  // by RouteId, then of `otherwise`
  std::map<GuardId, std::vector<RouteId>> by_guard_;
};

/// One who wins in the old policy, and one who may then win in the new.
struct Pair {
  Winner old, now;
};
/// No pair is left out that some request has.
[[nodiscard]] std::vector<Pair> pairs_of(const Winners& old, const Winners& now, const analysis::Search& search);

}  // namespace sbx::diff
