// SPDX-License-Identifier: Apache-2.0
// Mirrors Resolver::find_value and Resolver::reference: which word is a label, which a name.
#include "compiler/lsp/name_walker.h"
#include "compiler/sema/constant.h"

namespace sbx::lsp {

using sema::Space;

void NameWalker::expr(const ast::Expr& from) {
  const auto each = [&](const std::vector<ast::Expr>& list) {
    for (const ast::Expr& one : list) expr(one);
  };
  const auto both = [&](const ast::Expr& left, const ast::Expr& right) {
    expr(left);
    expr(right);
  };
  std::visit(overloaded{
                 [](const ast::Invalid&) {},
                 [](const ast::Number&) {},
                 [](const ast::String&) {},
                 [](const ast::Bool&) {},
                 [](const ast::Wildcard&) {},
                 [](const ast::Ellipsis&) {},
                 [&](const ast::Reference& e) {
                   auto found = resolved_.find(from.span);
                   if (found != resolved_.end() && std::holds_alternative<sema::LabelValue>(found->second.expr->node))
                     return label(from.span);
                   value(e.path);
                 },
                 [&](const ast::List& e) { each(e.items); },
                 [&](const ast::Record& e) { fields(e.fields, true); },
                 [&](const ast::Call& e) { call(e); },
                 [&](const ast::Not& e) { expr(*e.operand); },
                 [&](const ast::Negate& e) { expr(*e.operand); },
                 [&](const ast::And& e) { each(e.operands); },
                 [&](const ast::Or& e) { each(e.operands); },
                 [&](const ast::Compare& e) {
                   expr(*e.left);
                   compared(*e.left, *e.right);
                 },
                 [&](const ast::Is& e) {
                   expr(*e.operand);
                   compared(*e.operand, *e.label);
                 },
                 [&](const ast::In& e) {
                   expr(*e.operand);
                   compared(*e.operand, *e.list);
                 },
                 [&](const ast::Has& e) {
                   expr(*e.set);
                   compared(*e.set, *e.member);
                 },
                 [&](const ast::Known& e) { expr(*e.operand); },
                 [&](const ast::Arithmetic& e) { both(*e.left, *e.right); },
                 [&](const ast::Above& e) { both(*e.operand, *e.threshold); },
                 [&](const ast::OrElse& e) {
                   expr(*e.operand);
                   compared(*e.operand, *e.fallback);
                 },
                 [&](const ast::Conditional& e) {
                   expr(*e.then);
                   both(*e.condition, *e.otherwise);
                 },
                 [&](const ast::Below& e) { expr(*e.bound); },
                 [&](const ast::ArgMax& e) {
                   fields(e.members, true);
                   for (const ast::Name& tie : e.ties) label(tie.span);
                 },
                 [&](const ast::Parenthesized& e) { expr(*e.inner); },
             },
             from.node);
}

void NameWalker::fields(const std::vector<ast::Field>& list, bool keys) {
  for (const ast::Field& one : list) {
    if (keys && one.key && !one.name().empty()) field((*one.key)->span);
    if (one.value) expr(**one.value);
  }
}

void NameWalker::call(const ast::Call& from) {
  const std::string name = from.callee.text();
  bool found = built_in("signal", name, from.callee_span) || built_in("input", name, from.callee_span) || refer(Space::Value, from.callee);
  if (!found) field(from.callee_span);  // `bands`, `lerp`, `max`, `bodies`
  if (name != "bands") return fields(from.arguments, true);
  bool first = true;
  for (const ast::Field& one : from.arguments) {
    if (one.key) label((*one.key)->span);
    const ast::Name* last = one.value && !one.key && !first ? sema::bare_word(**one.value) : nullptr;
    if (last)
      label(last->span);  // the band beyond all bounds
    else if (one.value)
      expr(**one.value);
    first = false;
  }
}

void NameWalker::compared(const ast::Expr& operand, const ast::Expr& with) {
  if (const auto* list = std::get_if<ast::List>(&sema::bare(with).node)) {
    for (const ast::Expr& item : list->items) label_or_expr(operand, item);
    return;
  }
  label_or_expr(operand, with);
}

void NameWalker::label_or_expr(const ast::Expr& operand, const ast::Expr& item) {
  const ast::Name* word = sema::bare_word(item);
  if (!word) return expr(item);
  if (name_of_decision(operand, *word)) return;
  if (!is_label(operand, item)) return expr(item);
  uses_.push_back(label_of(operand, word->span));
}

// `route == fast`, `model != large`, `model.provider == local`.
bool NameWalker::name_of_decision(const ast::Expr& operand, const ast::Name& word) {
  const auto* ref = std::get_if<ast::Reference>(&sema::bare(operand).node);
  if (!ref || sema::find(*unit_, Space::Value, ref->path.text()).declared) return false;
  const std::string of = ref->path.text();
  if (of == "route") return refer(Space::Entry, word.text, word.span);
  if (of == "model") return refer(Space::Model, word.text, word.span);
  if (of == "provider" || of == "model.provider") return refer(Space::Provider, word.text, word.span);
  return refer(Space::Target, word.text, word.span);
}

bool NameWalker::is_label(const ast::Expr& operand, const ast::Expr& item) const {
  auto verdict = resolved_.find(sema::bare(item).span);
  if (verdict != resolved_.end()) return std::holds_alternative<sema::LabelValue>(verdict->second.expr->node);
  // Nothing was made of it: the type of what it is compared with tells, else a name that is declared is one.
  auto other = resolved_.find(sema::bare(operand).span);
  const ast::Name* word = sema::bare_word(item);
  if (other != resolved_.end() && !other->second.expr->type.members.empty()) return true;
  return !sema::find(*unit_, Space::Value, word->text).declared && !catalog_.find("input", word->text);
}

NameUse NameWalker::label_of(const ast::Expr& operand, Span span) const {
  NameUse use{.span = span, .kind = NameKind::Label};
  const auto* ref = std::get_if<ast::Reference>(&sema::bare(operand).node);
  if (!ref) return use;
  use.declared = sema::find(*unit_, Space::Value, ref->path.text()).declared;
  if (!use.declared) use.built_in = catalog_.find("input", ref->path.text());
  return use;
}

void NameWalker::value(const ast::Path& path) {
  if (path.parts.empty() || declared_value(path) || imported_value(path)) return;
  const std::string name = path.text();
  bool of_model = path.parts.size() == 2 && path.parts.front().text == "model";
  const Span last = path.parts.back().span;
  if (of_model) field(path.parts.front().span);
  if (of_model && refer(Space::Attribute, name, last)) return;
  if (path.parts.size() == 1 && refer(Space::Attribute, "model." + name, last)) return;
  if (built_in("input", name, path.span) || built_in("signal", name, path.span)) return;
  if (refer(Space::Slot, name, path.span) || built_in("slot", name, path.span)) return;
  field(of_model ? last : path.span);
}

// The longest part that is declared, as the resolver takes it: `spend.remaining` is a field of `spend`.
bool NameWalker::declared_value(const ast::Path& path) {
  for (size_t end = path.parts.size(); end > 0; --end) {
    ast::Path head{{path.parts.begin(), path.parts.begin() + static_cast<std::ptrdiff_t>(end)}, path.span};
    head.span.end = path.parts[end - 1].span.end;
    if (!refer(Space::Value, head.text(), head.span)) continue;
    for (size_t rest = end; rest < path.parts.size(); ++rest) field(path.parts[rest].span);
    return true;
  }
  return false;
}

bool NameWalker::imported_value(const ast::Path& path) {
  for (size_t end = path.parts.size(); end > 1; --end) {
    ast::Path head{{path.parts.begin(), path.parts.begin() + static_cast<std::ptrdiff_t>(end)}, path.span};
    head.span.end = path.parts[end - 1].span.end;
    if (refer(Space::Value, head)) {
      for (size_t rest = end; rest < path.parts.size(); ++rest) field(path.parts[rest].span);
      return true;
    }
  }
  return false;
}

}  // namespace sbx::lsp
