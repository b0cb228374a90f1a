// SPDX-License-Identifier: Apache-2.0
// Routes and rules that could be removed without changing what any request gets. A route whose name something else reads stays.
#include <algorithm>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/analysis/actions.h"
#include "compiler/analysis/outcomes.h"
#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

class RouteCheck {
 public:
  RouteCheck(Study& study, Diagnostics& diags) : study_(study),
        manifest_(study.module.manifest),
        diags_(diags),
        must_stay_(manifest_.routes.size()),
        place_(manifest_.routes.size()) {
    for (const Route& route : manifest_.routes) texts_.push_back(outcome_text(study.module, route.outcome));
    if (manifest_.otherwise) otherwise_ = outcome_text(study.module, *manifest_.otherwise);
    for (const std::string& text : texts_) ++doing_[text];
    for (size_t i = 0; i < manifest_.order.size(); ++i) place_[manifest_.order[i].index] = i;
    mark_named();
    for (const Tier& tier : manifest_.tiers) {
      for (const Entry& entry : tier.entries) mark_scored(entry);
    }
  }

  void check(RouteId route) {
    if (study_.is_dead[route.index] || manifest_.routes[route].strict || must_stay_[route.index]) return;
    if (!someone_does_the_same(route)) return;
    const Answer won = study_.search.possible(study_.contest.wins(route));
    if (!won.point || next_text(route, *won.point) != text(route) || !others_do_the_same(route)) return;
    const std::string& name = manifest_.routes[route].name;
    const bool others = otherwise_ != text(route) || may_others_take(route);
    diags_
        .report(others ? Kind::Redundant : Kind::LikeOtherwise, study_.policy.routes[route].span,
                "without `" + name + "` every request gets the same")
        .at_span(others ? "what comes after it does the same on all its requests" : "`otherwise` does the same")
        .help("remove it, or correct its condition or what it does")
        .about(study_.policy.name, {name});
  }

 private:
  const std::string& text(RouteId route) const { return texts_[route.index]; }

  // In a `best` block the others win by other margins once one is gone.
  void mark_scored(const Entry& entry) {
    if (entry.kind == Entry::Kind::Best) mark(entry.routes);
    for (const Entry& inner : entry.entries) mark_scored(inner);
  }

  // A rule, a slot or a promise asks for those by name.
  void mark_named() {
    const auto mark_conditions = [&](const std::vector<Condition>& all) {
      for (const Condition& one : all) {
        for (const uint32_t route : one.routes) {
          if (route != kOtherwise) must_stay_[route] = true;
        }
      }
    };
    for (const Rule& rule : manifest_.rules) {
      mark_conditions(rule.when);
      mark(rule.over_listed);
      mark(rule.under_listed);
    }
    for (const Requirement& one : manifest_.requirements) {
      mark_conditions(one.when);
      mark_conditions(one.holds);
    }
  }

  void mark(const std::vector<RouteId>& routes) {
    for (const RouteId route : routes) must_stay_[route.index] = true;
  }

  bool someone_does_the_same(RouteId route) const { return otherwise_ == text(route) || doing_.at(text(route)) > 1; }

  std::span<const RouteId> behind(RouteId route) const { return std::span(manifest_.order).subspan(place_[route.index] + 1); }

  // What a point would get without the route.
  std::optional<std::string> next_text(RouteId route, const Point& point) const {
    for (const RouteId next : behind(route)) {
      if (study_.search.space().holds(study_.contest.guard(next), point)) return text(next);
    }
    return otherwise_;
  }

  // Whether its requests could go to another route than `otherwise`.
  bool may_others_take(RouteId route) {
    const Question wins = study_.contest.wins(route);
    return std::ranges::any_of(behind(route), [&](RouteId next) {
      Question both = wins;
      both.some.push_back({{study_.contest.guard(next)}});
      return study_.search.possible(both).found != Found::No;
    });
  }

  bool others_do_the_same(RouteId route) {
    const Question wins = study_.contest.wins(route);
    const auto without = [&](Question question) {
      std::erase(question.none, study_.contest.guard(route));
      join(question, wins);
      return study_.search.possible(question).found == Found::No;
    };
    const AnyOf guard{{study_.contest.guard(route)}};
    for (const RouteId next : behind(route)) {
      if (text(next) == text(route) || !study_.search.may_meet(guard, {{study_.contest.guard(next)}})) continue;
      if (!without(study_.contest.wins(next))) return false;
    }
    return otherwise_ == text(route) || without(study_.contest.nobody());
  }

  Study& study_;
  const Manifest& manifest_;
  Diagnostics& diags_;
  std::vector<std::string> texts_;  // by RouteId
  std::optional<std::string> otherwise_;
  std::unordered_map<std::string, size_t> doing_;  // how many routes have a text
  std::vector<bool> must_stay_;                    // by RouteId
  std::vector<size_t> place_;                      // in the order, by RouteId
};

/// Whether rule `wider` does all that `rule` does whenever that holds.
bool does_for(Study& study, const Rule& rule, const Rule& wider) {
  if (wider.over_routes != rule.over_routes || wider.under_routes != rule.under_routes) return false;
  const auto repeats = [&](const Action& action) {
    const std::string text = action_text(study.module, action);
    return std::ranges::any_of(wider.actions, [&](const Action& other) { return action_text(study.module, other) == text; });
  };
  if (!std::ranges::all_of(rule.actions, repeats)) return false;
  if (std::ranges::any_of(wider.when, is_always)) return true;
  if (!rule.clause || !wider.clause) return false;
  return study.search.possible({{{{rule.clause->holds}}, {{wider.clause->holds, false}}}, {}}).found == Found::No;
}

bool is_ranked(const Manifest& manifest, RuleId id) {
  const Rule& rule = manifest.rules[id];
  return !rule.over_rules.empty() || !rule.over_listed.empty() || !rule.under_listed.empty() ||
         std::ranges::any_of(manifest.rules,
                             [&](const Rule& other) { return std::ranges::find(other.over_rules, id) != other.over_rules.end(); });
}

void check_rules(Study& study, Diagnostics& diags) {
  const Table<RuleId, Rule>& rules = study.module.manifest.rules;
  std::vector<bool> is_gone(rules.size());
  for (size_t i = rules.size(); i-- > 0;) {
    const RuleId id = rules.id_at(i);
    if (is_ranked(study.module.manifest, id)) continue;
    for (size_t j = 0; j < rules.size(); ++j) {
      const Rule& wider = rules[rules.id_at(j)];
      if (i == j || is_gone[j] || is_ranked(study.module.manifest, rules.id_at(j)) || !does_for(study, rules[id], wider)) continue;
      is_gone[i] = true;
      diags.report(Kind::Redundant, study.policy.rules[id].span, "without the rule `" + rules[id].name + "` every request gets the same")
          .label(study.policy.rules[rules.id_at(j)].span, "holds whenever it does, and does the same")
          .help("remove it, or correct its condition or what it does")
          .about(study.policy.name, {rules[id].name, wider.name});
      break;
    }
  }
}

}  // namespace

void check_redundant(Study& study, Diagnostics& diags) {
  RouteCheck routes(study, diags);
  for (size_t i = 0; i < study.policy.routes.size(); ++i) routes.check(study.policy.routes.id_at(i));
  check_rules(study, diags);
}

}  // namespace sbx::analysis
