// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/name_walker.h"
#include "compiler/sema/constant.h"

namespace sbx::lsp {

using sema::Space;

void NameWalker::actions(const std::vector<ast::Action>& list) {
  for (const ast::Action& action : list) {
    std::visit(overloaded{
                   [&](const ast::Assign& a) { assign(a.slot, a.value); },
                   [&](const ast::AssignModel& a) {
                     for (const ast::Attempt& one : a.attempts) attempt(one);
                   },
                   [&](const ast::AssignTargets& a) {
                     slot(a.slot.text(), a.slot.span);
                     attempt(a.choice);
                   },
                   [&](const ast::ChangeSet& a) { change(a); },
                   [&](const ast::AtMost& a) {
                     slot(a.slot.text(), a.slot.span);
                     expr(a.limit);
                   },
                   [](const auto&) {},
               },
               action.node);
  }
}

void NameWalker::assign(const ast::Path& path, const ast::Expr& value) {
  slot(path.text(), path.span);
  slot_value(path.text(), value);
}

// A bare word is a member of the slot's type, a declared target, or a signal with labels.
void NameWalker::slot_value(const std::string& slot, const ast::Expr& value) {
  const ast::Name* word = sema::bare_word(value);
  if (!word) return expr(value);
  auto found = resolved_.find(sema::bare(value).span);
  bool is_label = found != resolved_.end() && std::holds_alternative<sema::LabelValue>(found->second.expr->node);
  if (!is_label && declared_value({{*word}, word->span})) return;
  if (refer(Space::Target, word->text, word->span)) return;
  NameUse use{.span = word->span, .kind = NameKind::Label};
  use.declared = sema::find(*unit_, Space::Slot, slot).declared;
  use.space = Space::Slot;
  if (!use.declared) use.built_in = catalog_.find("slot", slot);
  uses_.push_back(use);
}

void NameWalker::ask(const ast::Ask& from) {
  if (!refer(Space::Model, from.target)) {
    bool other = refer(Space::Target, from.target) || refer(Space::Later, from.target);
    if (!other) label(from.target.span);
  }
  for (const ast::Field& setting : from.settings) {
    const std::string name(setting.name());
    if (setting.key && !slot(name, (*setting.key)->span)) field((*setting.key)->span);
    if (setting.value) slot_value(name, **setting.value);
  }
}

void NameWalker::attempt(const ast::Attempt& from) {
  std::visit(overloaded{
                 [&](const ast::Ask& a) { ask(a); },
                 [&](const ast::Choose& a) {
                   for (const ast::Ask& one : a.among) ask(one);
                   for (const ast::Expr& by : a.by) {
                     const ast::Expr& inner = sema::bare(by);
                     const auto* ref = std::get_if<ast::Reference>(&inner.node);
                     const auto* with = std::get_if<ast::Call>(&inner.node);
                     if (ref) built_in("selector", ref->path.text(), ref->path.span);
                     if (!with) continue;
                     built_in("selector", with->callee.text(), with->callee_span);
                     fields(with->arguments, true);
                   }
                 },
                 [&](const ast::Split& a) {
                   value(a.key);
                   for (const ast::Ask& one : a.among) ask(one);
                 },
                 [](const auto&) {},
             },
             from.target);
  for (const ast::Expr& on : from.on) {
    if (const ast::Name* word = sema::bare_word(on)) label(word->span);
  }
}

void NameWalker::change(const ast::ChangeSet& from) {
  bool is_model = from.slot.text() == "model";
  if (!is_model) slot(from.slot.text(), from.slot.span);
  if (from.where) expr(*from.where);
  if (!from.members) return;
  std::vector<const ast::Expr*> items{&*from.members};
  if (const auto* list = std::get_if<ast::List>(&sema::bare(*from.members).node)) {
    items.clear();
    for (const ast::Expr& item : list->items) items.push_back(&item);
  }
  for (const ast::Expr* item : items) {
    const auto* ref = std::get_if<ast::Reference>(&sema::bare(*item).node);
    if (!ref) continue;
    if (!is_model || !refer(Space::Model, ref->path)) label(ref->path.span);
  }
}

}  // namespace sbx::lsp
