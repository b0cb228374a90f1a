// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/name_walker.h"

#include <algorithm>

#include "compiler/sema/constant.h"

namespace sbx::lsp {
namespace {

using sema::Space;

std::string text_of(const ast::Expr& expr) {
  const ast::Expr& inner = sema::bare(expr);
  if (const auto* ref = std::get_if<ast::Reference>(&inner.node)) return ref->path.text();
  if (const auto* call = std::get_if<ast::Call>(&inner.node)) return call->callee.text();
  return {};
}

}  // namespace

std::vector<NameUse> collect_names(const sema::World& world, const ResolvedAt& resolved) {
  NameWalker walker(world, resolved);
  for (const auto& unit : world.units()) walker.unit(*unit);
  std::vector<NameUse> uses = walker.take();
  std::ranges::stable_sort(uses, {}, &NameUse::span);
  return uses;
}

void NameWalker::unit(const sema::Unit& unit) {
  unit_ = &unit;
  unit_head(unit);
  for (const ast::Decl* one : unit.decls) decl(*one);
}

void NameWalker::unit_head(const sema::Unit& unit) {
  if (unit.kind != sema::Unit::Kind::File)
    uses_.push_back({.span = unit.span, .kind = NameKind::Unit, .is_declaration = true, .unit = &unit});
  if (unit.module) {
    for (const ast::Parameter& parameter : unit.module->parameters) {
      declare(Space::Value, parameter.name.text, parameter.name.span);
      type(parameter.type);
    }
  }
  if (!unit.policy || !unit.policy->under) return;
  module_name(unit.policy->under->base);
  for (const ast::Field& argument : unit.policy->under->arguments) {
    const sema::Declared* parameter = unit.base && argument.key ? unit.base->own(Space::Value, std::string(argument.name())) : nullptr;
    if (parameter) uses_.push_back({.span = (*argument.key)->span, .kind = NameKind::Declared, .declared = parameter});
    if (argument.value) expr(**argument.value);
  }
}

void NameWalker::module_name(const ast::Path& path) {
  for (const auto& unit : world_.units()) {
    if (unit->kind == sema::Unit::Kind::Module && unit->name == path.text())
      return uses_.push_back({.span = path.span, .kind = NameKind::Unit, .unit = unit.get()});
  }
}

void NameWalker::decls(const std::vector<ast::Decl>& list) {
  for (const ast::Decl& one : list) decl(one);
}

void NameWalker::decl(const ast::Decl& from) {
  const auto maybe = [&](const std::optional<ast::Expr>& one) {
    if (one) expr(*one);
  };
  // Names that are declared inside (routes of a tier) are met there.
  bool holds_others = std::holds_alternative<ast::TierDecl>(from.node) || std::holds_alternative<ast::BlockDecl>(from.node) ||
                      std::holds_alternative<ast::AlwaysDecl>(from.node);
  if (!holds_others) {
    for (const sema::NameOf& name : sema::names_of(from)) declare(name.space, name.name, name.span);
  }
  std::visit(overloaded{
                 [&](const ast::Use& d) { use(d); },
                 [&](const ast::ProviderDecl& d) { fields(d.fields, true); },
                 [&](const ast::ModelDecl& d) { model(d); },
                 [&](const ast::AttributeDecl& d) { type(d.type); },
                 [&](const ast::InputDecl& d) { input(d); },
                 [&](const ast::BudgetDecl& d) {
                   expr(d.limit);
                   for (const ast::Path& path : d.for_each) value(path);
                   maybe(d.or_else);
                 },
                 [&](const ast::TableDecl& d) { table(d); },
                 [&](const ast::SignalDecl& d) { expr(d.value); },
                 [&](const ast::SlotDecl& d) {
                   type(d.type);
                   if (d.initial) slot_value(d.name.text, *d.initial);
                 },
                 [&](const ast::DefaultsDecl& d) { actions(d.assignments); },
                 [&](const ast::TierDecl& d) {
                   declare(Space::Tier, d.name.text, d.name.span);
                   decls(d.entries);
                 },
                 [&](const ast::BlockDecl& d) {
                   if (d.name) declare(Space::Entry, d.name->text, d.name->span);
                   maybe(d.margin);
                   decls(d.entries);
                 },
                 [&](const ast::RouteDecl& d) {
                   maybe(d.guard);
                   actions(d.actions);
                 },
                 [&](const ast::Over& d) {
                   over(d.winner);
                   for (const ast::Path& path : d.losers) over(path);
                 },
                 [&](const ast::OtherwiseDecl& d) { actions(d.actions); },
                 [&](const ast::UnservedDecl& d) { actions(d.actions); },
                 [&](const ast::AlwaysDecl& d) { decls(d.rules); },
                 [&](const ast::RuleDecl& d) {
                   declare(Space::Rule, d.name.text, d.name.span);
                   for (const auto* list : {&d.over, &d.under}) {
                     for (const ast::Path& path : *list) over(path);
                   }
                   maybe(d.guard);
                   actions(d.actions);
                 },
                 [&](const ast::RequireDecl& d) {
                   expr(d.condition);
                   maybe(d.when);
                   for (const ast::Path& path : d.for_each) value(path);
                 },
                 [&](const ast::TargetDecl& d) { fields(d.fields, true); },
                 [&](const ast::TestDecl& d) { step(d.step); },
                 [&](const ast::ScenarioDecl& d) {
                   for (const ast::TestStep& one : d.steps) step(one);
                 },
                 [](const auto&) {},
             },
             from.node);
}

void NameWalker::model(const ast::ModelDecl& from) {
  for (const ast::Field& one : from.fields) {
    if (!one.key) continue;
    const std::string name(one.name());
    const Span key = (*one.key)->span;
    bool is_attribute = refer(Space::Attribute, "model." + name, key);
    if (!is_attribute) field(key);
    if (!one.value) continue;
    const ast::Expr& value = sema::bare(**one.value);
    if (const ast::Name* word = sema::bare_word(value)) {
      if (name != "provider" || !refer(Space::Provider, word->text, word->span)) label(word->span);
    } else if (const auto* list = std::get_if<ast::List>(&value.node)) {
      for (const ast::Expr& item : list->items) {
        if (const ast::Name* word = sema::bare_word(item)) label(word->span);
      }
    } else if (const auto* record = std::get_if<ast::Record>(&value.node)) {
      fields(record->fields, true);
    }
  }
}

void NameWalker::input(const ast::InputDecl& from) {
  type(from.type);
  if (from.origin) expr(*from.origin);
  const ast::Name* word = from.or_else ? sema::bare_word(*from.or_else) : nullptr;
  if (word && std::holds_alternative<ast::TypeExpr::Labels>(from.type.node)) return label(word->span);
  if (from.or_else) expr(*from.or_else);
}

void NameWalker::table(const ast::TableDecl& from) {
  if (from.by) value(*from.by);
  for (const ast::Column& column : from.columns) {
    field(column.name.span);
    type(column.type);
  }
  for (const ast::Path& path : from.inputs) value(path);
  if (from.result) type(*from.result);
  for (const ast::TableRow& row : from.rows) {
    for (const ast::Expr& cell : row.cells) {
      if (const ast::Name* word = sema::bare_word(cell)) label(word->span);
      const auto* list = std::get_if<ast::List>(&sema::bare(cell).node);
      for (size_t i = 0; list && i < list->items.size(); ++i) {
        if (const ast::Name* word = sema::bare_word(list->items[i])) label(word->span);
      }
    }
    if (const ast::Name* word = sema::bare_word(row.result)) label(word->span);
  }
}

void NameWalker::use(const ast::Use& from) {
  if (from.module) module_name(*from.module);
  if (from.alias) field(from.alias->span);
  if (!from.file) return;
  for (const sema::Import& import : unit_->imports) {
    bool is_it = import.span.begin <= from.file->span.begin && import.span.end >= from.file->span.end;
    if (is_it && import.unit) uses_.push_back({.span = from.file->span, .kind = NameKind::Unit, .unit = import.unit});
  }
}

void NameWalker::type(const ast::TypeExpr& from) {
  std::visit(overloaded{
                 [](const ast::TypeExpr::Named&) {},  // the word of a type is painted as one by its place
                 [&](const ast::TypeExpr::Labels& t) {
                   for (const ast::Name& member : t.members) label(member.span);
                 },
                 [&](const ast::TypeExpr::SetOf& t) { type(*t.element); },
                 [&](const ast::TypeExpr::ListOf& t) { type(*t.element); },
             },
             from.node);
}

void NameWalker::over(const ast::Path& path) {
  if (!refer(Space::Rule, path)) refer(Space::Entry, path);
}

void NameWalker::step(const ast::TestStep& from) {
  for (const ast::Given& given : from.given) {
    expr(given.name);
    const ast::Name* word = sema::bare_word(given.value);
    if (word) {
      uses_.push_back(label_of(given.name, word->span));
    } else {
      expr(given.value);
    }
  }
  for (const ast::Given& expect : from.expect) expectation(expect);
}

void NameWalker::expectation(const ast::Given& from) {
  const std::string name = text_of(from.name);
  if (!std::holds_alternative<ast::Reference>(sema::bare(from.name).node) || !slot(name, from.name.span)) field(from.name.span);
  std::vector<const ast::Expr*> items{&from.value};
  if (const auto* list = std::get_if<ast::List>(&sema::bare(from.value).node)) {
    items.clear();
    for (const ast::Expr& item : list->items) items.push_back(&item);
  }
  for (const ast::Expr* item : items) {
    const auto* ref = std::get_if<ast::Reference>(&sema::bare(*item).node);
    if (!ref) continue;
    const ast::Path& path = ref->path;
    if (name == "asks") {
      value(path);
      continue;
    }
    bool found = (name == "route" && refer(Space::Entry, path)) || (name == "model" && refer(Space::Model, path)) ||
                 (name == "rules" && refer(Space::Rule, path)) || refer(Space::Target, path);
    if (!found) label(path.span);
  }
}

bool NameWalker::refer(Space space, const std::string& name, Span span) {
  sema::Found found = sema::find(*unit_, space, name);
  if (!found.declared || found.ambiguous) return false;
  uses_.push_back({.span = span, .kind = NameKind::Declared, .space = space, .declared = found.declared});
  return true;
}

// `module.name` where the module is used.
bool NameWalker::refer(Space space, const ast::Path& path) {
  if (refer(space, path.text(), path.span)) return true;
  if (path.parts.size() < 2) return false;
  for (const sema::Unit* from : {unit_, unit_->parent}) {
    if (!from) continue;
    for (const sema::Import& import : from->imports) {
      if (import.alias != path.parts.front().text || !import.unit) continue;
      const Span rest{path.span.file, path.parts[1].span.begin, path.span.end};
      const sema::Declared* found = import.unit->own(space, path.text().substr(import.alias.size() + 1));
      if (!found) continue;
      uses_.push_back({.span = path.parts.front().span, .kind = NameKind::Unit, .unit = import.unit});
      uses_.push_back({.span = rest, .kind = NameKind::Declared, .space = space, .declared = found});
      return true;
    }
  }
  return false;
}

bool NameWalker::built_in(std::string_view kind, const std::string& name, Span span) {
  const sema::Extern* found = catalog_.find(kind, name);
  if (!found) return false;
  uses_.push_back({.span = span, .kind = NameKind::BuiltIn, .built_in = found});
  return true;
}

bool NameWalker::slot(const std::string& name, Span span) {
  return refer(Space::Slot, name, span) || built_in("slot", name, span) || built_in("effect", name, span);
}

void NameWalker::declare(Space space, const std::string& name, Span span) {
  const sema::Declared* declared = unit_->own(space, name);
  if (!declared) return;
  if (space == Space::Attribute && name.starts_with("model.")) {  // only the last part is its own
    field({span.file, span.begin, span.begin + 5});
    span.begin += 6;
  }
  bool is_first = declared->span.begin <= span.begin && span.end <= declared->span.end;
  uses_.push_back({.span = span, .kind = NameKind::Declared, .is_declaration = is_first, .space = space, .declared = declared});
}

void NameWalker::label(Span span) { uses_.push_back({.span = span, .kind = NameKind::Label}); }
void NameWalker::field(Span span) { uses_.push_back({.span = span, .kind = NameKind::Field}); }

}  // namespace sbx::lsp
