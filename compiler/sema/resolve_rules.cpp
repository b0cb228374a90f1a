// SPDX-License-Identifier: Apache-2.0
// `always` rules, who is over whom among rules and routes, and what is promised.
#include <algorithm>

#include "compiler/sema/resolver.h"

namespace sbx::sema {

void Resolver::resolve_rules() {
  std::vector<const Unit*> units;
  if (unit_.base) units.push_back(unit_.base);
  units.push_back(&unit_);
  if (unit_.base) {
    for (const auto& [name, declared] : unit_.names[static_cast<size_t>(Space::Rule)]) {
      if (const Declared* first = unit_.base->own(Space::Rule, name))
        report(Kind::DuplicateName, declared.span, "`" + name + "` is the name of a rule of the base").label(first->span, "declared here");
    }
  }
  for (const Unit* unit : units) rules_of(*unit);
  for (const Unit* unit : units) {
    for (const ast::Decl* decl : unit->decls) {
      const auto* always = std::get_if<ast::AlwaysDecl>(&decl->node);
      if (!always) continue;
      for (const ast::Decl& inner : always->rules) {
        if (const auto* from = std::get_if<ast::RuleDecl>(&inner.node)) {
          auto id = rule_names_.find(from->name.text);
          if (id == rule_names_.end()) continue;
          for (const ast::Path& path : from->over) order_rule(id->second, path, true);
          for (const ast::Path& path : from->under) order_rule(id->second, path, false);
        }
        if (const auto* over = std::get_if<ast::Over>(&inner.node)) relate_rules(*over);
      }
    }
  }
}

void Resolver::rules_of(const Unit& unit) {
  for (const ast::Decl* decl : unit.decls) {
    const auto* always = std::get_if<ast::AlwaysDecl>(&decl->node);
    if (!always) continue;
    for (const ast::Decl& inner : always->rules) {
      if (const auto* from = std::get_if<ast::RuleDecl>(&inner.node)) rule(*from, unit);
    }
  }
}

void Resolver::rule(const ast::RuleDecl& from, const Unit& unit) {
  Rule result{.name = from.name.text, .span = from.name.span};
  bool narrows = std::ranges::any_of(from.actions, [](const ast::Action& action) {
    const auto* change = std::get_if<ast::ChangeSet>(&action.node);
    return change && change->slot.text() == "model";
  });
  bool broken = false;
  if (from.guard) {
    result.guard = boolean(*from.guard, {&unit, narrows ? Reads::Signals : Reads::Attempt});
    broken = !result.guard;
  }
  result.actions = assignments(from.actions, {&unit, Reads::Attempt}, Place::Rule, result.name);
  if (result.actions.empty() && from.actions.empty() && !broken) {
    report(Kind::BadOutcome, from.name.span, "the rule `" + result.name + "` does nothing").help("set a slot in it, or narrow the models");
  }
  RuleId id = policy_.rules.add(std::move(result));
  rule_names_.emplace(from.name.text, id);
}

std::vector<RouteId> Resolver::routes_of_entry(const std::string& name) const {
  if (auto route = route_names_.find(name); route != route_names_.end()) return {route->second};
  auto found = entry_places_.find(name);
  if (found == entry_places_.end()) return {};
  std::vector<RouteId> result;
  auto collect = [&](const auto& self, const Entry& entry) -> void {
    result.insert(result.end(), entry.routes.begin(), entry.routes.end());
    for (const Entry& inner : entry.entries) self(self, inner);
  };
  collect(collect, policy_.tiers[found->second.first].entries[found->second.second]);
  return result;
}

void Resolver::order_rule(RuleId id, const ast::Path& other, bool over) {
  std::string name = other.text();
  Rule& rule = policy_.rules[id];
  if (name == "routes") {
    (over ? rule.over_routes : rule.under_routes) = true;
    return;
  }
  if (auto found = rule_names_.find(name); found != rule_names_.end()) {
    if (found->second == id) {
      report(Kind::CircularOver, other.span, "`" + name + "` cannot be over itself");
    } else if (over) {
      rule.over_rules.push_back(found->second);
    } else {
      policy_.rules[found->second].over_rules.push_back(id);
    }
    return;
  }
  std::vector<RouteId> routes = routes_of_entry(name);
  if (routes.empty()) {
    std::vector<std::string> names = route_list_;
    for (const auto& [known, ignored] : rule_names_) names.push_back(known);
    names.emplace_back("routes");
    unknown("route or rule", name, other.span, names);
    return;
  }
  std::vector<RouteId>& listed = over ? rule.over_listed : rule.under_listed;
  listed.insert(listed.end(), routes.begin(), routes.end());
}

void Resolver::relate_rules(const ast::Over& from) {
  for (const ast::Path& loser : from.losers) {
    auto winner = rule_names_.find(from.winner.text());
    auto beaten = rule_names_.find(loser.text());
    bool base_beaten = unit_.base && !from.winner.parts.empty() && unit_.own(Space::Rule, from.winner.text()) &&
                       unit_.base->own(Space::Rule, loser.text());
    if (base_beaten) {
      report(Kind::BadBase, loser.span, "nothing of a policy is over what its base says, and `" + loser.text() + "` is the base's")
          .label(unit_.policy->under->span, "the base");
      continue;
    }
    if (winner != rule_names_.end()) {
      order_rule(winner->second, loser, true);
    } else if (beaten != rule_names_.end()) {
      order_rule(beaten->second, from.winner, false);
    } else {
      std::vector<std::string> names;
      for (const auto& [known, ignored] : rule_names_) names.push_back(known);
      unknown("rule", from.winner.text(), from.winner.span, names);
    }
  }
}

void Resolver::resolve_requires() {
  std::vector<const Unit*> units;
  if (unit_.base) units.push_back(unit_.base);
  units.push_back(&unit_);
  for (const Unit* unit : units) {
    for (const ast::Decl* decl : unit->decls) {
      const auto* from = std::get_if<ast::RequireDecl>(&decl->node);
      if (!from) continue;
      Env env{unit, Reads::Promise};
      MaybeExpr condition = boolean(from->condition, env);
      MaybeExpr when = from->when ? boolean(*from->when, env) : std::nullopt;
      std::vector<Expr> each;
      bool good = condition && (when || !from->when);
      for (const ast::Path& path : from->for_each) {
        MaybeExpr one = reference(path, path.span, env, nullptr);
        good = good && one;
        if (!one) continue;
        if (one->type.kind != TypeKind::Label && one->type.kind != TypeKind::Bool) {
          mismatch(path.span, "a closed set of labels or a bool", one->type);
          good = false;
          continue;
        }
        each.push_back(std::move(*one));
      }
      if (!good) continue;
      policy_.requires_.push_back({from->possible, std::move(*condition), std::move(when), std::move(each), decl->span});
    }
  }
}

}  // namespace sbx::sema
