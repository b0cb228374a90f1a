// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/label_uses.h"

#include <algorithm>

#include "compiler/sema/constant.h"

namespace sbx::sema {
namespace {

class Collector {
 public:
  Collector(const SourceSet& sources, LabelUses& uses) : sources_(sources), uses_(uses) {}

  void decls(const std::vector<ast::Decl>& list) {
    for (const ast::Decl& one : list) decl(one);
  }

  void decl(const ast::Decl& from) {
    std::visit(overloaded{
                   [&](const ast::SignalDecl& d) { expr(d.value); },
                   [&](const ast::TierDecl& d) { decls(d.entries); },
                   [&](const ast::BlockDecl& d) { decls(d.entries); },
                   [&](const ast::AlwaysDecl& d) { decls(d.rules); },
                   [&](const ast::RouteDecl& d) {
                     if (d.guard) expr(*d.guard);
                     actions(d.actions);
                   },
                   [&](const ast::RuleDecl& d) {
                     if (d.guard) expr(*d.guard);
                     actions(d.actions);
                   },
                   [&](const ast::OtherwiseDecl& d) { actions(d.actions); },
                   [&](const ast::RequireDecl& d) {
                     expr(d.condition);
                     if (d.when) expr(*d.when);
                   },
                   [&](const ast::TableDecl& d) { rows(d); },
                   [&](const ast::TestDecl& d) { step(d.step); },
                   [&](const ast::ScenarioDecl& d) {
                     for (const ast::TestStep& one : d.steps) step(one);
                   },
                   [](const auto&) {},
               },
               from.node);
  }

 private:
  void use(const ast::Expr& operand, const ast::Expr& label) {
    const ast::Expr& inner = bare(operand);
    std::string key;
    if (const auto* ref = std::get_if<ast::Reference>(&inner.node)) {
      key = ref->path.text();
    } else if (std::holds_alternative<ast::Call>(inner.node)) {
      key = sources_.text(inner.span);
    } else {
      return;
    }
    if (const auto* list = std::get_if<ast::List>(&bare(label).node)) {
      for (const ast::Expr& item : list->items) member(key, item);
    } else {
      member(key, label);
    }
  }

  void member(const std::string& key, const ast::Expr& label) {
    const ast::Expr& inner = bare(label);
    const ast::Name* word = bare_word(inner);
    const auto* text = std::get_if<ast::String>(&inner.node);
    if (!word && !text) return;
    std::vector<std::string>& members = uses_[key];
    const std::string& name = word ? word->text : text->value;
    if (std::ranges::find(members, name) == members.end()) members.push_back(name);
  }

  void expr(const ast::Expr& from) {
    auto each = [&](const std::vector<ast::Expr>& list) {
      for (const ast::Expr& one : list) expr(one);
    };
    auto fields = [&](const std::vector<ast::Field>& list) {
      for (const ast::Field& one : list) {
        if (one.value) expr(**one.value);
      }
    };
    std::visit(overloaded{
                   [&](const ast::List& e) { each(e.items); },
                   [&](const ast::Record& e) { fields(e.fields); },
                   [&](const ast::Call& e) { fields(e.arguments); },
                   [&](const ast::Not& e) { expr(*e.operand); },
                   [&](const ast::Negate& e) { expr(*e.operand); },
                   [&](const ast::And& e) { each(e.operands); },
                   [&](const ast::Or& e) { each(e.operands); },
                   [&](const ast::Compare& e) {
                     if (e.op == ast::CompareOp::Equal || e.op == ast::CompareOp::NotEqual) use(*e.left, *e.right);
                     expr(*e.left);
                     expr(*e.right);
                   },
                   [&](const ast::Is& e) { use(*e.operand, *e.label); },
                   [&](const ast::In& e) { use(*e.operand, *e.list); },
                   [&](const ast::Arithmetic& e) {
                     expr(*e.left);
                     expr(*e.right);
                   },
                   [&](const ast::Above& e) { expr(*e.operand); },
                   [&](const ast::OrElse& e) { expr(*e.operand); },
                   [&](const ast::Conditional& e) {
                     expr(*e.then);
                     expr(*e.condition);
                     expr(*e.otherwise);
                   },
                   [&](const ast::ArgMax& e) { fields(e.members); },
                   [&](const ast::Parenthesized& e) { expr(*e.inner); },
                   [](const auto&) {},
               },
               from.node);
  }

  void actions(const std::vector<ast::Action>& list) {
    for (const ast::Action& action : list) {
      if (const auto* assign = std::get_if<ast::Assign>(&action.node)) expr(assign->value);
      if (const auto* change = std::get_if<ast::ChangeSet>(&action.node); change && change->where) expr(*change->where);
    }
  }

  void rows(const ast::TableDecl& table) {
    for (const ast::TableRow& row : table.rows) {
      for (size_t i = 0; i < row.cells.size() && i < table.inputs.size(); ++i) {
        if (const auto* list = std::get_if<ast::List>(&bare(row.cells[i]).node)) {
          for (const ast::Expr& item : list->items) member(table.inputs[i].text(), item);
        } else {
          member(table.inputs[i].text(), row.cells[i]);
        }
      }
    }
  }

  void step(const ast::TestStep& from) {
    for (const ast::Given& given : from.given) {
      const ast::Name* word = bare_word(given.value);
      if (word && word->text != "unknown" && word->text != "failed") use(given.name, given.value);
    }
  }

  const SourceSet& sources_;
  LabelUses& uses_;
};

}  // namespace

LabelUses label_uses(const Unit& unit, const SourceSet& sources) {
  LabelUses uses;
  Collector collector(sources, uses);
  for (const Unit* from : visible_units(unit)) {
    for (const ast::Decl* decl : from->decls) collector.decl(*decl);
  }
  return uses;
}

}  // namespace sbx::sema
