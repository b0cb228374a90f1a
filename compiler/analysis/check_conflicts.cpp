// SPDX-License-Identifier: Apache-2.0
// Two entries of a tier that one request fires, and nothing says who wins. One finding an entry, with the first it clashes with.
#include <algorithm>

#include "compiler/analysis/entry_names.h"
#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

bool are_ranked(const Entry& a, uint32_t a_at, const Entry& b, uint32_t b_at) {
  return std::ranges::find(a.beats, b_at) != a.beats.end() || std::ranges::find(b.beats, a_at) != b.beats.end();
}

bool is_dead(const Study& study, const Entry& entry) {
  return std::ranges::all_of(routes_of(entry), [&](RouteId route) { return study.is_dead[route.index]; });
}

/// What `above` beats is left with a request, and no other entries come to be ranked that may meet.
bool may_be_ranked(Study& study, uint32_t tier, uint32_t above, uint32_t below) {
  const std::vector<Entry>& entries = study.module.manifest.tiers[tier].entries;
  std::vector<uint32_t> uppers{above}, lowers{below};
  for (uint32_t i = 0; i < entries.size(); ++i) {
    if (std::ranges::find(entries[i].beats, above) != entries[i].beats.end()) uppers.push_back(i);
  }
  lowers.insert(lowers.end(), entries[below].beats.begin(), entries[below].beats.end());
  for (const uint32_t upper : uppers) {
    for (const uint32_t lower : lowers) {
      if ((upper == above && lower == below) || are_ranked(entries[upper], upper, entries[lower], lower)) continue;
      if (study.search.may_meet(study.contest.fires(entries[upper]), study.contest.fires(entries[lower]))) return false;
    }
  }
  const std::vector<GuardId> taken = study.contest.guards(routes_of(entries[above]));
  return std::ranges::any_of(routes_of(entries[below]), [&](RouteId route) {
    Question left = study.contest.wins(route);
    left.none.insert(left.none.end(), taken.begin(), taken.end());
    return study.search.possible(left).found == Found::Yes;
  });
}

void offer_ranks(Study& study, uint32_t tier, uint32_t later, uint32_t earlier, DiagnosticBuilder& report) {
  const std::vector<sema::Entry>& entries = study.policy.tiers[tier].entries;
  if (entries[later].kind != Entry::Kind::Route) return;
  const Span whole = study.policy.routes[entries[later].routes.front()].whole;
  for (const auto& [above, below] : {std::pair{later, earlier}, std::pair{earlier, later}}) {
    if (entries[above].name.empty() || entries[below].name.empty() || !may_be_ranked(study, tier, above, below)) continue;
    const std::string line = entries[above].name + " over " + entries[below].name;
    report.fix("say `" + line + "`", {declared_after(study.sources, whole, line)});
  }
}

void report(Study& study, uint32_t tier, uint32_t later_at, uint32_t earlier_at, Answer answer, Diagnostics& diags) {
  const sema::Entry& later = study.policy.tiers[tier].entries[later_at];
  const sema::Entry& earlier = study.policy.tiers[tier].entries[earlier_at];
  const bool shown = answer.witness.has_value();
  const std::string one = said(study.policy, earlier), other = said(study.policy, later);
  DiagnosticBuilder report =
      shown ? diags.report(Kind::Conflict, later.span, one + " and " + other + " can both take one request")
            : diags.report(Kind::Unsettled, later.span, "whether " + one + " and " + other + " can both take one request is not settled");
  report
      .label(earlier.span, shown ? "takes the same request, and nothing says who wins"
                                 : "no request was found on which both hold, and no proof that there is none")
      .help(how_to_rank(later, earlier))
      .about(study.policy.name, {name_of(study.policy, later), name_of(study.policy, earlier)})
      .slots({"route"});
  if (!shown) return;
  report.witness(analysis::shown(study.module, *answer.witness));
  offer_ranks(study, tier, later_at, earlier_at, report);
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
        report(study, tier, later, earlier, std::move(answer), diags);
        break;
      }
    }
  }
}

}  // namespace sbx::analysis
