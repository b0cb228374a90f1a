// SPDX-License-Identifier: Apache-2.0
// Two entries of a tier that one request fires, and nothing says who wins. One finding an entry, with the first it clashes with.
#include <algorithm>

#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

bool are_ranked(const Entry& a, uint32_t a_at, const Entry& b, uint32_t b_at) {
  return std::ranges::find(a.beats, b_at) != a.beats.end() || std::ranges::find(b.beats, a_at) != b.beats.end();
}

bool is_dead(const Study& study, const Entry& entry) {
  return std::ranges::all_of(routes_of(entry), [&](RouteId route) { return study.is_dead[route.index]; });
}

void report(Study& study, const sema::Entry& later, const sema::Entry& earlier, Answer answer, Diagnostics& diags) {
  const bool shown = answer.witness.has_value();
  DiagnosticBuilder report =
      shown ? diags.report(Kind::Conflict, later.span, "`" + earlier.name + "` and `" + later.name + "` can both take one request")
            : diags.report(Kind::Unsettled, later.span,
                           "whether `" + earlier.name + "` and `" + later.name + "` can both take one request is not settled");
  report
      .label(earlier.span, shown ? "takes the same request, and nothing says who wins"
                                 : "no request was found on which both hold, and no proof that there is none")
      .help("say who wins: `" + later.name + " over " + earlier.name + "`, or `" + earlier.name + " over " + later.name + "`")
      .about(study.policy.name, {later.name, earlier.name})
      .slots({"route"});
  if (shown) report.witness(analysis::shown(study.module, *answer.witness));
}

}  // namespace

void check_conflicts(Study& study, Diagnostics& diags) {
  const std::vector<Tier>& tiers = study.module.manifest.tiers;
  for (uint32_t tier = 0; tier < tiers.size(); ++tier) {
    const std::vector<Entry>& entries = tiers[tier].entries;
    std::vector<AnyOf> fire;
    for (const Entry& entry : entries) fire.push_back(study.contest.fires(entry));
    for (uint32_t later = 1; later < entries.size(); ++later) {
      if (is_dead(study, entries[later])) continue;
      for (uint32_t earlier = 0; earlier < later; ++earlier) {
        if (!study.search.may_meet(fire[earlier], fire[later])) continue;
        if (are_ranked(entries[earlier], earlier, entries[later], later) || is_dead(study, entries[earlier])) continue;
        Answer answer = study.search.show(study.contest.both(tier, earlier, later));
        if (answer.found == Found::No) continue;
        report(study, study.policy.tiers[tier].entries[later], study.policy.tiers[tier].entries[earlier], std::move(answer), diags);
        break;
      }
    }
  }
}

}  // namespace sbx::analysis
