// SPDX-License-Identifier: Apache-2.0
// `over` between entries of a tier, or between rules, that never meet on a request: it settles nothing.
#include <algorithm>

#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

void report(const Study& study, Span span, const std::string& winner, const std::string& loser, Span other, Diagnostics& diags) {
  diags.report(Kind::UselessOver, span, "`" + winner + " over " + loser + "` settles nothing")
      .at_span("never holds together with `" + loser + "`")
      .label(other, "no request is for both")
      .help("remove it from the `over` line, or correct the conditions")
      .about(study.policy.name, {winner, loser});
}

void check_entries(Study& study, Diagnostics& diags) {
  const std::vector<Tier>& tiers = study.module.manifest.tiers;
  for (size_t tier = 0; tier < tiers.size(); ++tier) {
    const std::vector<Entry>& entries = tiers[tier].entries;
    const std::vector<sema::Entry>& written = study.policy.tiers[tier].entries;
    for (size_t i = 0; i < entries.size(); ++i) {
      for (const uint32_t loser : written[i].over) {
        const Question both{{study.contest.fires(entries[i]), study.contest.fires(entries[loser])}, {}};
        const auto is_dead = [&](RouteId route) { return study.is_dead[route.index]; };
        if (std::ranges::all_of(routes_of(entries[i]), is_dead) || std::ranges::all_of(routes_of(entries[loser]), is_dead)) continue;
        if (study.search.possible(both).found != Found::No) continue;
        report(study, written[i].span, written[i].name, written[loser].name, written[loser].span, diags);
      }
    }
  }
}

// Rules that read the route or the model hold for some attempts: they are left alone.
void check_rules(Study& study, Diagnostics& diags) {
  for (const sema::Rule& winner : study.policy.rules) {
    for (const RuleId loser : winner.over_rules) {
      const auto index = static_cast<size_t>(&winner - &*study.policy.rules.begin());
      const std::optional<Clause>& one = study.module.manifest.rules[study.policy.rules.id_at(index)].clause;
      const std::optional<Clause>& other = study.module.manifest.rules[loser].clause;
      if (!one || !other || study.search.possible({{{{one->holds}}, {{other->holds}}}, {}}).found != Found::No) continue;
      const bool can_hold = study.search.possible({{{{one->holds}}}, {}}).found != Found::No &&
                            study.search.possible({{{{other->holds}}}, {}}).found != Found::No;
      const sema::Rule& beaten = study.policy.rules[loser];
      if (can_hold) report(study, winner.span, winner.name, beaten.name, beaten.span, diags);
    }
  }
}

}  // namespace

void check_useless_over(Study& study, Diagnostics& diags) {
  check_entries(study, diags);
  check_rules(study, diags);
}

}  // namespace sbx::analysis
