// SPDX-License-Identifier: Apache-2.0
// Routes that hold and never decide, with the smallest set of routes that take their requests first.
#include <algorithm>

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
  std::erase_if(blockers, [&](RouteId rival) {
    const Question both{{{{study.contest.guard(route)}}, {{study.contest.guard(rival)}}}, {}};
    return study.search.possible(both).found == Found::No;
  });
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
  report.help("narrow " + listed(names) + ", put `" + route.name + "` first, or remove it");
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
