// SPDX-License-Identifier: Apache-2.0
// The order in which a policy is resolved, and the list of checks.
#include "compiler/sema/resolve.h"

#include <algorithm>

#include "compiler/sema/check.h"
#include "compiler/sema/constant.h"
#include "compiler/sema/needs.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {

std::vector<Policy> resolve(const SourceSet& sources, const std::vector<ast::File>& files, size_t roots, const Catalog& catalog,
                            Diagnostics& diags) {
  World world(sources, files, roots, catalog, diags);
  std::vector<Policy> policies;
  std::unordered_set<const Unit*> reached;
  std::unordered_map<std::string, Span> names, served;
  for (const Unit* unit : world.policies()) {
    auto [entry, is_new] = names.emplace(unit->name, unit->span);
    if (!is_new)
      diags.report(Kind::DuplicateName, unit->span, "policy `" + unit->name + "` is declared twice")
          .label(entry->second, "first declared here");
    for (const ast::Expr& name : unit->policy->serves) {
      const auto* text = std::get_if<ast::String>(&name.node);
      if (!text) continue;
      auto [first, is_first] = served.emplace(text->value, name.span);
      if (!is_first && is_new)  // of a policy that is there twice, that is enough
        diags.report(Kind::DuplicateName, name.span, "\"" + text->value + "\" is served twice").label(first->second, "first served here");
    }
    policies.push_back(Resolver(world, *unit, diags).run());
    for (const Unit* seen : visible_units(*unit)) reached.insert(seen);
  }
  for (const auto& unit : world.units()) {  // what no policy uses is checked all the same
    if (unit->kind != Unit::Kind::Policy && !world.is_library(*unit) && !reached.contains(unit.get())) Resolver(world, *unit, diags).run();
  }
  return policies;
}

Resolver::Resolver(const World& world, const Unit& unit, Diagnostics& diags)
    : world_(world), unit_(unit), catalog_(world.catalog()), diags_(diags) {}

Policy Resolver::run() {
  size_t errors_before = diags_.count(Severity::Error);
  policy_.name = unit_.name;
  policy_.span = unit_.span;
  uses_ = label_uses(unit_, world_.sources());
  resolve_header();
  bind_parameters();
  refuse_later();
  collect_attributes();
  collect_models();
  collect_targets();
  resolve_values();
  resolve_states();
  resolve_tiers();
  resolve_outcomes();
  resolve_rules();
  resolve_requires();
  resolve_tests();
  add_fit_inputs();
  check_over(policy_, diags_);
  check_limits(policy_, keywords_, diags_);
  if (diags_.count(Severity::Error) == errors_before) {  // a broken guard would only give followers
    check_decided(policy_, diags_);
    check_claims(policy_, diags_);
  }
  return std::move(policy_);
}

void Resolver::add_fit_inputs() {
  for (const char* name : {"tokens", "images.count", "audio.count", "tools.count", "format", "dialect"}) {
    const Extern* input = catalog_.find("input", name);
    std::optional<Symbol> symbol = input ? host_read(*input, nullptr, unit_.span, {&unit_, Reads::Signals}) : std::nullopt;
    if (!symbol) continue;
    symbol->span = {};
    policy_.fit.push_back(std::move(*symbol));
  }
}

void Resolver::resolve_header() {
  if (unit_.policy) {
    for (const ast::Expr& name : unit_.policy->serves) {
      if (const auto* text = std::get_if<ast::String>(&name.node)) policy_.serves.push_back(text->value);
    }
  }
  const Unit* whole = unit_.parent ? unit_.parent : &unit_;
  for (const Unit* unit : {whole, &unit_}) {
    for (const ast::Decl* decl : unit->decls) {
      const auto* language = std::get_if<ast::LanguageDecl>(&decl->node);
      if (!language) continue;
      const auto* number = std::get_if<ast::Number>(&language->version.node);
      if (!number || number->value != Decimal{1, 0} || number->unit != ast::Unit::None)
        report(Kind::BadLanguage, language->version.span, "this version reads language 1").help("write `language 1`");
    }
    if (whole == &unit_) break;
  }
}

// A base's parameters take the constants of `under`; a module that is only checked has any.
void Resolver::bind_parameters() {
  for (const Unit* unit : visible_units(unit_)) {
    if (!unit->module) continue;
    std::vector<MaybeExpr>& values = parameters_[unit];
    bool is_base = unit == unit_.base;
    std::vector<bool> given(unit->module->parameters.size(), false);
    values.resize(unit->module->parameters.size());
    std::vector<std::optional<Type>> types;
    for (const ast::Parameter& parameter : unit->module->parameters) types.push_back(type(parameter.type));
    if (is_base) {
      size_t position = 0;
      for (const ast::Field& field : unit_.policy->under->arguments) {
        if (!field.value) continue;
        size_t index = position++;
        if (field.key) {
          auto found =
              std::ranges::find_if(unit->module->parameters, [&](const ast::Parameter& one) { return one.name.text == field.name(); });
          index = static_cast<size_t>(found - unit->module->parameters.begin());
        }
        if (index >= values.size()) {
          std::vector<std::string> names;
          for (const ast::Parameter& one : unit->module->parameters) names.push_back(one.name.text);
          report(Kind::BadArgument, field.span, "`" + unit->name + "` has no such parameter")
              .help(names.empty() ? "it takes none" : "its parameters are " + listed(names));
          continue;
        }
        if (given[index]) report(Kind::BadArgument, field.span, "`" + unit->module->parameters[index].name.text + "` is given twice");
        given[index] = true;
        if (types[index]) values[index] = constant(**field.value, {&unit_, Reads::Constants}, *types[index]);
      }
    }
    for (size_t i = 0; i < values.size(); ++i) {
      if (given[i] || !types[i]) continue;
      const ast::Parameter& parameter = unit->module->parameters[i];
      if (is_base) {
        report(Kind::BadArgument, unit_.policy->under->span, "`" + unit->name + "` needs `" + parameter.name.text + "`")
            .label(parameter.name.span, "declared here")
            .help("write `under " + unit->name + "(" + parameter.name.text + ": …)`");
        continue;
      }
      // Used without `under`, or only checked: some constant of the type.
      switch (types[i]->kind) {
        case TypeKind::Bool:
          values[i] = Expr{BoolValue{false}, *types[i], parameter.name.span};
          break;
        case TypeKind::Text:
          values[i] = Expr{TextValue{}, *types[i], parameter.name.span};
          break;
        case TypeKind::Label:
          values[i] = Expr{LabelValue{0}, *types[i], parameter.name.span};
          break;
        case TypeKind::Set:
          values[i] = Expr{ListValue{}, *types[i], parameter.name.span};
          break;
        case TypeKind::Probability:
        case TypeKind::Similarity:
        case TypeKind::Contrast:
        case TypeKind::Score:
        case TypeKind::Int:
        case TypeKind::Number:
        case TypeKind::Tokens:
        case TypeKind::Money:
        case TypeKind::Duration:
          values[i] = Expr{NumberValue{{1, 0}}, *types[i], parameter.name.span};
          break;
      }
    }
  }
}

void Resolver::refuse_later() {
  each_unit([&](const Unit& unit) {
    for (const ast::Decl* decl : unit.decls) {
      const char* what = nullptr;
      if (std::holds_alternative<ast::PlanDecl>(decl->node)) what = "plans are";
      if (std::holds_alternative<ast::GraphDecl>(decl->node)) what = "graphs are";
      if (what)
        report(Kind::NotAvailable, decl->span, std::string(what) + " not available yet").help("it parses; this version cannot run it");
      const auto* target = std::get_if<ast::TargetDecl>(&decl->node);
      if (target && !catalog_.find("slot", target->kind.text))
        report(Kind::NotAvailable, target->kind.span, "`" + target->kind.text + "` as a target is not available yet")
            .help("it parses; this version cannot run it");
    }
  });
}

// Values that others need come first, so that resolving one descends no further than its own expression.
void Resolver::resolve_values() {
  std::vector<const Declared*> order;
  each_unit([&](const Unit& unit) {
    for (const ast::Decl* decl : unit.decls) {
      for (const NameOf& name : names_of(*decl)) {
        const Declared* declared = name.space == Space::Value || name.space == Space::Slot ? unit.own(name.space, name.name) : nullptr;
        if (declared && declared->decl == decl) order.push_back(declared);
      }
    }
  });
  for (const Declared* declared : in_order_of_need(order)) {
    if (std::holds_alternative<ast::SignalDecl>(declared->decl->node)) signal(*declared);
    if (std::holds_alternative<ast::InputDecl>(declared->decl->node)) input(*declared);
    if (std::holds_alternative<ast::BudgetDecl>(declared->decl->node)) budget(*declared, "remaining", declared->span);
    if (const auto* table = std::get_if<ast::TableDecl>(&declared->decl->node)) {
      if (table->by)
        keyed_table(*declared);
      else
        decision_table(*declared);
    }
    if (const auto* slot = std::get_if<ast::SlotDecl>(&declared->decl->node)) resolve_slot(*declared, *slot);
  }
  each_unit([&](const Unit& unit) { resolve_defaults(unit); });
}

// When nobody can be asked, nobody is.
void Resolver::unserved_outcome(const std::vector<ast::Action>& actions, const Env& env, Span span) {
  policy_.unserved = outcome(actions, env, Place::Unserved, "unserved", span);
  auto asks = [](const Candidate& candidate) {
    return std::holds_alternative<Ask>(candidate.target) || std::holds_alternative<Selection>(candidate.target) ||
           std::holds_alternative<SplitChoice>(candidate.target);
  };
  auto found = std::ranges::find_if(policy_.unserved->candidates, asks);
  if (found == policy_.unserved->candidates.end()) return;
  report(Kind::BadOutcome, found->span, "`unserved` asks a model, where none is left to ask")
      .help("write `deny 503 \"…\"`, `respond` or `escalate`");
  policy_.unserved.reset();
}

// `otherwise` and `unserved` of the policy, else of its base.
void Resolver::resolve_outcomes() {
  for (const Unit* unit : {&unit_, unit_.base}) {
    if (!unit) continue;
    Span otherwise, unserved;
    bool has_otherwise = policy_.otherwise.has_value(), has_unserved = policy_.unserved.has_value();
    for (const ast::Decl* decl : unit->decls) {
      Env env{unit, Reads::Signals};
      auto once = [&](Span& seen, const char* name) {
        if (seen.valid())
          report(Kind::DuplicateName, decl->span, "`" + std::string(name) + "` is said twice").label(seen, "first said here");
        bool first = !seen.valid();
        seen = decl->span;
        return first;
      };
      if (const auto* from = std::get_if<ast::OtherwiseDecl>(&decl->node); from && once(otherwise, "otherwise") && !has_otherwise) {
        policy_.otherwise = outcome(from->actions, env, Place::Otherwise, "otherwise", decl->span);
        policy_.otherwise_span = decl->span;
      }
      if (const auto* from = std::get_if<ast::UnservedDecl>(&decl->node); from && once(unserved, "unserved") && !has_unserved)
        unserved_outcome(from->actions, env, decl->span);
    }
  }
}

}  // namespace sbx::sema
