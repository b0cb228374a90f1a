// SPDX-License-Identifier: Apache-2.0
// Routes that hold and never decide, with the smallest set of routes that take their requests first.
#include <algorithm>

#include "compiler/analysis/entry_names.h"
#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

/// Whether `route` holds on a request on which none of `others` does.
bool escapes(Study& study, RouteId route, const std::vector<RouteId>& others) {
  const Question question{{{{study.contest.guard(route)}}}, study.contest.guards(others)};
  return study.search.possible(question).found != Found::No;
}

/// Of the rivals those that cannot be spared: taking any away leaves a request for `route`. First halves are dropped, then one by one.
std::vector<RouteId> blockers_of(Study& study, RouteId route) {
  std::vector<RouteId> blockers = study.contest.rivals(route);
  for (size_t size = blockers.size() / 2; size > 0; size /= 2) {
    for (size_t at = 0; at < blockers.size();) {
      std::vector<RouteId> fewer = blockers;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(std::min(at + size, blockers.size())));
      if (escapes(study, route, fewer)) {
        at += size;
      } else {
        blockers = std::move(fewer);
      }
    }
  }
  return blockers;
}

/// How the route could come before those: by where it stands to them.
std::string way_out(const Study& study, RouteId id, const std::vector<RouteId>& blockers) {
  const Standing& at = study.contest.standing(id);
  const std::string name = "`" + study.policy.routes[id].name + "`";
  const auto is_of_tier = [&](RouteId one) { return study.contest.standing(one).tier == at.tier; };
  const auto is_of_block = [&](RouteId one) { return is_of_tier(one) && study.contest.standing(one).entry == at.entry; };
  if (std::ranges::all_of(blockers, is_of_block))
    return "put " + name + " before " + (blockers.size() == 1 ? "it" : "them") + " in the block";
  if (std::ranges::all_of(blockers, is_of_tier) && std::ranges::none_of(blockers, is_of_block)) {
    const sema::Tier& tier = study.policy.tiers[at.tier];
    const Standing& other = study.contest.standing(blockers.front());
    const std::string mine = name_of(study.policy, tier.entries[at.entry]), theirs = name_of(study.policy, tier.entries[other.entry]);
    return "turn `" + theirs + " over " + mine + "` round";
  }
  const bool is_behind_strict = std::ranges::any_of(blockers, [&](RouteId one) { return study.policy.routes[one].strict; });
  return is_behind_strict ? "" : "move " + name + " to an earlier tier";
}

void report(Study& study, RouteId id, const std::vector<RouteId>& blockers, Diagnostics& diags) {
  const sema::Route& route = study.policy.routes[id];
  std::vector<std::string> names;
  for (const RouteId blocker : blockers) names.push_back(study.policy.routes[blocker].name);
  std::vector<std::string> rules{route.name};
  rules.insert(rules.end(), names.begin(), names.end());
  const bool one = blockers.size() == 1;
  DiagnosticBuilder report =
      diags.report(one ? Kind::Shadowed : Kind::Unreachable, route.span, "route `" + route.name + "` can never decide")
          .at_span(one ? "`" + names.front() + "` takes every such request first" : "nothing is left for it")
          .about(study.policy.name, rules)
          .blockers(names);
  for (const RouteId blocker : blockers) {
    report.label(study.policy.routes[blocker].span, one ? "holds whenever `" + route.name + "` does" : "takes some of its requests");
  }
  const std::string way = way_out(study, id, blockers);
  report.help("narrow " + listed(names) + (way.empty() ? "" : ", " + way) + ", or remove `" + route.name + "`");
}

}  // namespace

void check_reached(Study& study, Diagnostics& diags) {
  for (size_t i = 0; i < study.policy.routes.size(); ++i) {
    const RouteId route = study.policy.routes.id_at(i);
    if (study.is_dead[i] || study.search.possible(study.contest.wins(route)).found != Found::No) continue;
    study.is_dead[i] = true;
    report(study, route, blockers_of(study, route), diags);
  }
}

}  // namespace sbx::analysis
