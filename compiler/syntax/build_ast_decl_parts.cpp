// SPDX-License-Identifier: Apache-2.0
// The longer declarations: inputs, budgets, tables, blocks, rules, promises, and what the standard library declares.
#include "compiler/syntax/build_ast.h"

namespace sbx::syntax {

ast::Use Builder::use(P::UseDeclContext* context) {
  ast::Use result;
  if (context->path()) result.module = path(context->path());
  if (context->string()) result.file = string(context->string());
  if (context->name()) result.alias = name(context->name());
  return result;
}

ast::InputDecl Builder::input(P::InputDeclContext* context) {
  ast::InputDecl result;
  result.path = path(context->path(0));
  result.type = type(context->type());
  if (context->K_FROM()) {
    Span begin = span(context->path(1));
    Span place = context->arguments() ? join(begin, span(context->arguments())) : begin;
    result.origin = call_or_reference(context->path(1), context->arguments(), place);
  }
  result.verified = context->K_VERIFIED() != nullptr;
  result.claim = context->K_CLAIM() != nullptr;
  result.or_else = or_else(context->orElse());
  return result;
}

ast::BudgetDecl Builder::budget(P::BudgetDeclContext* context) {
  return {context->K_STRICT() != nullptr, name(context->name(0)), expr(context->expr()), name(context->name(1)), for_each(context->forEach()), or_else(context->orElse())};
}

ast::StateDecl Builder::state(P::StateDeclContext* context) {
  ast::StateDecl result{name(context->name()), path(context->path(0)), {}, {}};
  if (context->arguments()) result.arguments = arguments(context->arguments());
  if (context->path().size() > 1) result.per.push_back(path(context->path(1)));
  if (context->paths()) {
    for (auto* one : context->paths()->path()) result.per.push_back(path(one));
  }
  return result;
}

ast::FeedbackDecl Builder::feedback(P::FeedbackDeclContext* context) {
  ast::FeedbackDecl result;
  if (context->expr()) result.when = expr(context->expr());
  if (context->name()) result.verb = name(context->name());
  if (context->paths()) {
    for (auto* one : context->paths()->path()) result.learns.push_back(path(one));
  }
  return result;
}

ast::TableDecl Builder::keyed_table(P::KeyedTableDeclContext* context) {
  ast::TableDecl result;
  result.name = name(context->name());
  result.by = path(context->path());
  for (auto* one : context->columns()->column()) {
    if (!one->exception) result.columns.push_back({name(one->word()), type(one->type())});
  }
  if (context->string()) result.file = string(context->string());
  return result;
}

ast::TableDecl Builder::decision_table(P::DecisionTableDeclContext* context) {
  ast::TableDecl result;
  result.name = name(context->name());
  result.inputs = paths(context->paths());
  result.result = type(context->type());
  for (auto* one : context->rows()->row()) {
    if (one->exception) continue;
    ast::TableRow row;
    std::vector<P::CellContext*> cells = one->cell();
    for (size_t i = 0; i + 1 < cells.size(); ++i) row.cells.push_back(cell(cells[i]));
    row.result = cell(cells.back());
    row.span = span(one);
    result.rows.push_back(std::move(row));
  }
  return result;
}

ast::Expr Builder::cell(P::CellContext* context) {
  Span place = span(context);
  if (context->STAR()) return {ast::Wildcard{}, place};
  if (context->string()) return string(context->string());
  if (context->path()) return call_or_reference(context->path(), nullptr, place);
  if (context->list()) return list(context->list());
  if (!context->NUMBER()) return {ast::Bool{context->K_TRUE() != nullptr}, place};
  ast::Expr literal = label_number(span(context->NUMBER()));
  auto* value = std::get_if<ast::Number>(&literal.node);
  if (context->MINUS() && value) value->value.digits = -value->value.digits;
  literal.span = place;
  return literal;
}

ast::BlockDecl Builder::best(P::BestDeclContext* context) {
  ast::BlockDecl result{ast::BlockKind::Best, std::nullopt, std::nullopt, block(context->block(), Place::Block)};
  if (context->name()) result.name = name(context->name());
  for (ast::Field& setting : arguments(context->arguments())) {
    if (setting.name() == "margin" && setting.value && !result.margin) {
      result.margin = std::move(**setting.value);
    } else {
      diags_.report(Kind::UnexpectedToken, setting.span, "`best` takes one setting, `margin: NUMBER`");
    }
  }
  return result;
}

ast::RuleDecl Builder::rule(P::RuleDeclContext* context) {
  ast::RuleDecl result;
  result.name = name(context->name());
  for (auto* order : context->ruleOrder()) {
    std::vector<ast::Path>& side = order->K_OVER() ? result.over : result.under;
    for (ast::Path& one : paths(order->paths())) side.push_back(std::move(one));
  }
  result.guard = optional_expr(context->expr());
  result.actions = actions(context->actions());
  return result;
}

ast::RequireDecl Builder::require(P::RequireDeclContext* context) {
  ast::RequireDecl result;
  result.possible = context->K_POSSIBLE() != nullptr;
  result.condition = expr(context->expr(0));
  if (context->K_WHEN()) result.when = expr(context->expr(1));
  result.for_each = for_each(context->forEach());
  return result;
}

ast::ExternDecl Builder::extern_decl(P::ExternDeclContext* context) {
  ast::ExternDecl result;
  result.kind = name(context->word());
  result.name = path(context->path());
  result.has_parameters = context->parameters() != nullptr;
  if (result.has_parameters) {
    for (auto* one : context->parameters()->parameter()) {
      result.parameters.push_back({name(one->word()), type(one->type()), optional_expr(one->expr())});
    }
  }
  if (context->type()) result.type = type(context->type());
  if (context->record()) result.attributes = record(context->record());
  result.doc = doc_above(span(context));
  return result;
}

}  // namespace sbx::syntax
