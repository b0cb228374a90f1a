// SPDX-License-Identifier: Apache-2.0
// What a name in an expression means: a label of the type before it, a value of the policy, a field of the decision.
#include <algorithm>
#include <map>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"
#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

std::string joined(const std::vector<ast::Name>& parts, size_t begin, size_t end) {
  std::string result;
  for (size_t i = begin; i < end; ++i) result += (i > begin ? "." : "") + parts[i].text;
  return result;
}

bool lacks_something_used(const Unit& unit) {
  if (unit.policy && unit.policy->under && !unit.base) return true;
  for (const Unit* from : visible_units(unit)) {
    for (const Import& import : from->imports) {
      if (!import.unit && import.module.empty()) return true;
    }
  }
  return false;
}

std::string_view kind_of(Space space, const Declared* declared) {
  switch (space) {
    case Space::Value:
      if (!declared || declared->parameter >= 0) return "parameter";
      return std::holds_alternative<ast::SignalDecl>(declared->decl->node)   ? "signal"
             : std::holds_alternative<ast::InputDecl>(declared->decl->node)  ? "input"
             : std::holds_alternative<ast::BudgetDecl>(declared->decl->node) ? "budget"
                                                                             : "table";
    case Space::Model:
      return "model";
    case Space::Provider:
      return "provider";
    case Space::Slot:
      return "slot";
    case Space::Attribute:
      return "attribute";
    case Space::Target:
      return "target";
    case Space::Entry:
      return declared && std::holds_alternative<ast::BlockDecl>(declared->decl->node) ? "block" : "route";
    case Space::Rule:
      return "rule";
    case Space::Tier:
      return "tier";
    case Space::Later:
      return "";
  }
  return "";
}

/// Every name that can be seen, and what it is the name of; of several kinds, the first.
std::map<std::string, std::string_view> all_names(const Unit& unit, const Catalog& catalog) {
  std::map<std::string, std::string_view> names;
  for (size_t i = 0; i < kSpaces; ++i) {
    const auto space = static_cast<Space>(i);
    if (space == Space::Later) continue;
    for (const std::string& name : visible_names(unit, space)) names.emplace(name, kind_of(space, find(unit, space, name).declared));
  }
  for (const Extern& one : catalog.externs()) names.emplace(one.name, one.kind);
  return names;
}

/// What may have been meant where no name of the right kind is near.
std::string other_kind(const std::map<std::string, std::string_view>& all, const std::string& name) {
  if (const auto same = all.find(name); same != all.end()) {
    const bool has_vowel = std::string_view("aeiou").find(same->second.front()) != std::string_view::npos;
    return "`" + name + "` is the name of " + (has_vowel ? "an " : "a ") + std::string(same->second);
  }
  std::vector<std::string> names;
  for (const auto& [known, kind] : all) names.push_back(known);
  const std::string near = did_you_mean(name, names);
  return near.empty() ? "" : "did you mean the " + std::string(all.at(near)) + " `" + near + "`?";
}

}  // namespace

MaybeExpr Resolver::reference(const ast::Path& path, Span span, const Env& env, const Type* want) {
  bool one_word = path.parts.size() == 1;
  bool has_labels = want && (want->kind == TypeKind::Label || (want->kind == TypeKind::Set && !want->members.empty()));
  if (one_word && has_labels) {
    if (std::optional<uint32_t> index = member_index(*want, path.parts.front().text)) {
      return Expr{LabelValue{*index}, Type{TypeKind::Label, want->members}, span};
    }
  }
  MaybeExpr result;
  switch (find_value(path, span, env, result)) {
    case Missing::No:
    case Missing::Reported:
      return result;
    case Missing::Yes:
      break;
  }
  if (one_word && has_labels) return label(path.parts.front().text, span, *want);
  if (one_word && want && want->kind == TypeKind::Text) {
    std::string word = path.parts.front().text;
    report(Kind::UnknownName, span, "unknown name `" + word + "`")
        .help("a text is written `\"" + word + "\"`")
        .fix("write a text", {{span, "\"" + word + "\""}});
    return std::nullopt;
  }
  unknown_value(path.text(), span, env);
  return std::nullopt;
}

MaybeExpr Resolver::label(const std::string& member, Span span, const Type& type) {
  if (std::optional<uint32_t> index = member_index(type, member))
    return Expr{LabelValue{*index}, Type{TypeKind::Label, type.members}, span};
  auto finding = report(Kind::UnknownLabel, span, "unknown label `" + member + "`");
  std::string near = may_suggest() ? did_you_mean(member, type.members) : "";
  if (!near.empty()) {
    finding.help("did you mean `" + near + "`?").fix("write `" + near + "`", {{span, near}});
  } else if (type.members.empty()) {
    finding.help("there are no labels to choose from");
  } else {
    finding.help("the labels are " + listed(type.members));
  }
  return std::nullopt;
}

MaybeExpr Resolver::symbol_ref(SymbolId symbol, Span span) { return Expr{SignalRef{symbol}, policy_.symbols[symbol].type, span}; }

Resolver::Missing Resolver::find_value(const ast::Path& path, Span span, const Env& env, MaybeExpr& result) {
  const std::vector<ast::Name>& parts = path.parts;
  if (parts.empty()) return Missing::Reported;
  auto done = [&](MaybeExpr expr) {
    result = std::move(expr);
    return result ? Missing::No : Missing::Reported;
  };
  if (env.reads == Reads::Fields && parts.size() == 1) {
    if (MaybeExpr field = model_field(parts.front().text, span)) return done(std::move(field));
  }
  for (size_t end = parts.size(); end > 0; --end) {
    std::string name = joined(parts, 0, end);
    Found found = find(*env.unit, Space::Value, name);
    if (found.declared && !found.ambiguous) return done(declared_value(*found.declared, joined(parts, end, parts.size()), span, env));
    if (found.declared || found.hidden) return report_found(found, name, span), Missing::Reported;
  }
  for (const Unit* from : {env.unit, env.unit->parent}) {
    if (!from || parts.size() < 2) continue;
    for (const Import& import : from->imports) {
      if (import.alias != parts.front().text || !import.unit) continue;
      for (size_t end = parts.size(); end > 1; --end) {
        const Declared* declared = import.unit->own(Space::Value, joined(parts, 1, end));
        if (!declared) continue;
        if (declared->is_private) return report_found({.hidden = declared}, path.text(), span), Missing::Reported;
        return done(declared_value(*declared, joined(parts, end, parts.size()), span, env));
      }
    }
  }
  if (MaybeExpr field = decision_field(path, span, env)) return done(std::move(field));
  if (const Extern* callee = readable(path, env)) {
    if (env.reads == Reads::Constants) {
      report(Kind::NotConstant, span, "this must be a constant, and `" + path.text() + "` is read from the request");
      return Missing::Reported;
    }
    std::optional<SymbolId> symbol = built_in(*callee, span);
    return done(symbol ? symbol_ref(*symbol, span) : std::nullopt);
  }
  const std::string& head = parts.front().text;
  bool of_decision = head == "route" || head == "outcome" || head == "calls" || head == "cost" || head == "latency" ||
                     (head == "model" && (parts.size() == 1 || (parts.size() == 2 && model_field(parts[1].text, span))));
  if (of_decision && (env.reads == Reads::Signals || env.reads == Reads::Attempt || env.reads == Reads::Fields)) {
    bool early = env.reads == Reads::Signals;
    report(Kind::ReadTooEarly, span, "`" + path.text() + "` is not known here")
        .help(early ? "signals, routes and narrowing rules read signals only; `route` and `model` are read by other rules and by `require`"
                    : "rules read `route` and `model`; slots and maxima are read by `require`");
    return Missing::Reported;
  }
  return Missing::Yes;
}

MaybeExpr Resolver::declared_value(const Declared& declared, const std::string& rest, Span span, const Env& env) {
  std::string name(world_.sources().text(declared.span));
  auto no_field = [&](const char* help) {
    report(Kind::UnknownField, span, "`" + name + "` has no field `" + rest + "`").label(declared.span, "declared here").help(help);
    return MaybeExpr();
  };
  if (declared.parameter >= 0) {
    if (!rest.empty()) return no_field("a parameter is a constant");
    const MaybeExpr& value = parameters_[declared.unit].at(static_cast<size_t>(declared.parameter));
    if (!value) return std::nullopt;
    Expr copy = *value;
    copy.span = span;
    return copy;
  }
  if (env.reads == Reads::Constants) {
    report(Kind::NotConstant, span, "this must be a constant, and `" + name + "` is read from the request")
        .label(declared.span, "declared here");
    return std::nullopt;
  }
  auto whole = [&](std::optional<SymbolId> symbol) -> MaybeExpr {
    if (!symbol) return std::nullopt;
    if (rest.empty()) return symbol_ref(*symbol, span);
    const Symbol& info = policy_.symbols[*symbol];
    if (rest != "confidence") return no_field("a signal's only field is `.confidence`");
    if (info.type.kind == TypeKind::Label && !info.value && info.is_signal)
      return Expr{ConfidenceOf{*symbol}, {TypeKind::Probability}, span};
    return no_field("only a label that the host reads has a confidence");
  };
  return std::visit(overloaded{
                        [&](const ast::SignalDecl&) { return whole(signal(declared)); },
                        [&](const ast::InputDecl&) { return whole(input(declared)); },
                        [&](const ast::BudgetDecl&) -> MaybeExpr {
                          if (rest != "remaining" && rest != "used")
                            return rest.empty() ? (report(Kind::UnknownField, span, "a budget is read by its fields")
                                                       .help("write `" + name + ".remaining` or `" + name + ".used`"),
                                                   MaybeExpr())
                                                : no_field("a budget has `.remaining` and `.used`");
                          std::optional<SymbolId> symbol = budget(declared, rest, span);
                          return symbol ? symbol_ref(*symbol, span) : std::nullopt;
                        },
                        [&](const ast::TableDecl& table) -> MaybeExpr {
                          if (table.by) {
                            std::optional<SymbolId> symbol = column(declared, rest, span);
                            return symbol ? symbol_ref(*symbol, span) : std::nullopt;
                          }
                          std::optional<DecisionTableId> id = decision_table(declared);
                          if (!id) return std::nullopt;
                          if (!rest.empty()) return no_field("a decision table has one result");
                          return Expr{TableLookup{*id}, policy_.decision_tables[*id].result, span};
                        },
                        [](const auto&) { return MaybeExpr(); },
                    },
                    declared.decl->node);
}

Type Resolver::names_type(DecisionField field) {
  Type type{.kind = TypeKind::Label};
  auto add = [&](const std::string& name) {
    if (!member_index(type, name)) type.members.push_back(name);
  };
  if (field == DecisionField::Outcome) type.members = {"call", "deny", "respond", "escalate"};
  if (field == DecisionField::Route) {
    for (const std::string& name : route_list_) type.members.push_back(name);
    add("otherwise");
  }
  for (const Model& model : policy_.models) {
    if (field == DecisionField::Model) type.members.push_back(model.name);
    if (field == DecisionField::Provider && !model.facts.provider.empty()) add(model.facts.provider);
  }
  return type;
}

MaybeExpr Resolver::model_field(const std::string& field, Span span) {
  auto made = [&](DecisionField which, Type type) { return MaybeExpr(Expr{DecisionRef{.field = which}, std::move(type), span}); };
  if (field == "provider") return made(DecisionField::Provider, names_type(DecisionField::Provider));
  if (field == "name") return made(DecisionField::ModelName, {TypeKind::Text});
  if (field == "context") return made(DecisionField::ContextTokens, {TypeKind::Tokens});
  if (field == "output") return made(DecisionField::OutputTokens, {TypeKind::Tokens});
  if (field == "can") return made(DecisionField::Can, {TypeKind::Set, {"tools", "vision", "audio", "json"}});
  auto found = attribute_names_.find(field);
  if (found == attribute_names_.end()) return std::nullopt;
  return Expr{DecisionRef{.field = DecisionField::Attribute, .attribute = found->second}, policy_.attributes[found->second].type, span};
}

MaybeExpr Resolver::decision_field(const ast::Path& path, Span span, const Env& env) {
  if (env.reads == Reads::Constants || env.reads == Reads::Signals) return std::nullopt;
  std::string name = path.text();
  auto made = [&](DecisionField which, Type type) { return MaybeExpr(Expr{DecisionRef{.field = which}, std::move(type), span}); };
  if (path.parts.front().text == "model" && path.parts.size() == 2) return model_field(path.parts[1].text, span);
  if (name == "model") return made(DecisionField::Model, names_type(DecisionField::Model));
  if (name == "route") return made(DecisionField::Route, names_type(DecisionField::Route));
  if (name == "outcome") return made(DecisionField::Outcome, names_type(DecisionField::Outcome));
  if (env.reads != Reads::Promise) return std::nullopt;
  if (name == "calls.max") return made(DecisionField::CallsMax, {TypeKind::Int});
  if (name == "cost.max") return made(DecisionField::CostMax, {TypeKind::Money});
  if (name == "latency.max") return made(DecisionField::LatencyMax, {TypeKind::Duration});
  bool is_slot = find(*env.unit, Space::Slot, name).declared || catalog_.find("slot", name);
  if (!is_slot) return std::nullopt;
  std::optional<SlotId> id = slot(name, span, env);
  if (!id) return std::nullopt;
  return Expr{DecisionRef{.field = DecisionField::Slot, .slot = *id}, policy_.slots[*id].facts.type, span};
}

void Resolver::report_found(const Found& found, const std::string& name, Span span) {
  if (found.ambiguous) {
    report(Kind::AmbiguousName, span, "`" + name + "` is declared by two modules that are used")
        .label(found.ambiguous->span, "in `" + found.ambiguous->unit->name + "`")
        .label(found.declared->span, "in `" + found.declared->unit->name + "`")
        .help("write the module before it: `module." + name + "`");
  } else if (found.hidden) {
    report(Kind::PrivateName, span, "`" + name + "` is private to `" + found.hidden->unit->name + "`")
        .label(found.hidden->span, "declared `private` here");
  }
}

void Resolver::unknown_value(const std::string& name, Span span, const Env& env) {
  std::vector<std::string> names;
  if (suggestions_ < 50) {
    names = visible_names(*env.unit, Space::Value);
    for (const Extern& one : catalog_.externs()) {
      if (one.kind == "input" || (one.kind == "signal" && one.name.find('.') != std::string::npos)) names.push_back(one.name);
    }
    if (env.reads == Reads::Fields) {
      for (const auto& [attribute, id] : attribute_names_) names.push_back(attribute);
      for (const char* field : {"provider", "name", "context", "output", "can"}) names.emplace_back(field);
    }
  }
  unknown("name", name, span, names);
}

void Resolver::unknown(std::string_view what, const std::string& name, Span span, const std::vector<std::string>& names) {
  if (lacks_something_used(unit_)) return;  // reported at its `use`; the name may well be there
  auto finding = report(Kind::UnknownName, span, "unknown " + std::string(what) + " `" + name + "`");
  std::string near = may_suggest() ? did_you_mean(name, names) : "";
  if (!near.empty()) {
    finding.help("did you mean `" + near + "`?").fix("write `" + near + "`", {{span, near}});
    return;
  }
  const std::string other = suggestions_ <= 50 ? other_kind(all_names(unit_, catalog_), name) : "";
  if (!other.empty()) {
    finding.help(other);
  } else if (!names.empty() && names.size() <= 12) {
    std::vector<std::string> sorted = names;
    std::ranges::sort(sorted);
    finding.help("there " + std::string(names.size() == 1 ? "is " : "are ") + listed(sorted));
  }
}

DiagnosticBuilder Resolver::report(Kind kind, Span span, std::string message) {
  DiagnosticBuilder finding = diags_.report(kind, span, std::move(message));
  if (unit_.kind == Unit::Kind::Policy) finding.about(unit_.name);
  return finding;
}

DiagnosticBuilder Resolver::mismatch(Span span, const std::string& expected, const Type& got) {
  return report(Kind::TypeMismatch, span, "expected " + expected + ", and this is " + a_type(got));
}

}  // namespace sbx::sema
