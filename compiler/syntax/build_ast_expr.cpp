// SPDX-License-Identifier: Apache-2.0
// Expressions, lists, records and types.
#include <typeinfo>

#include "compiler/syntax/build_ast.h"

namespace sbx::syntax {
namespace {

using P = sbx_antlr::SignalboxParser;

/// The operands of `a and b and c`, which the parser nests to the left, in order.
template <class Context>
std::vector<P::ExprContext*> flattened(Context* context) {
  std::vector<P::ExprContext*> operands;
  P::ExprContext* left = context;
  while (auto* same = dynamic_cast<Context*>(left)) {
    operands.push_back(same->expr(1));
    left = same->expr(0);
  }
  operands.push_back(left);
  return {operands.rbegin(), operands.rend()};
}

/// `context` as a Context if that is its type, else null.
template <class Context>
Context* exactly(P::ExprContext* context, const std::type_info& kind) {
  return kind == typeid(Context) ? static_cast<Context*>(context) : nullptr;
}

bool is_comparison(const ast::Expr& expr) {
  return std::holds_alternative<ast::Compare>(expr.node) || std::holds_alternative<ast::Is>(expr.node) ||
         std::holds_alternative<ast::In>(expr.node) || std::holds_alternative<ast::Has>(expr.node);
}

}  // namespace

std::optional<ast::Expr> Builder::optional_expr(P::ExprContext* context) {
  if (!context) return std::nullopt;
  return expr(context);
}

std::optional<ast::Expr> Builder::or_else(P::OrElseContext* context) { return context ? optional_expr(context->expr()) : std::nullopt; }

ast::Expr Builder::call_or_reference(P::PathContext* callee, P::ArgumentsContext* given, Span place) {
  ast::Path target = path(callee);
  if (!given) return {ast::Reference{std::move(target)}, place};
  Span callee_span = target.span;
  return {ast::Call{std::move(target), callee_span, arguments(given)}, place};
}

ast::Expr Builder::expr(P::ExprContext* context) {
  Span place = span(context);
  const std::type_info& kind = typeid(*context);  // a chain of dynamic_casts would take as long as the parse
  if (auto* e = exactly<P::ReferenceExprContext>(context, kind)) return call_or_reference(e->path(), nullptr, place);
  if (auto* e = exactly<P::CallExprContext>(context, kind)) return call_or_reference(e->path(), e->arguments(), place);
  if (exactly<P::NumberExprContext>(context, kind)) return number(place);
  if (auto* e = exactly<P::StringExprContext>(context, kind)) return string(e->string());
  if (auto* e = exactly<P::BoolExprContext>(context, kind)) return {ast::Bool{e->K_TRUE() != nullptr}, place};
  if (auto* e = exactly<P::ListExprContext>(context, kind)) return list(e->list());
  if (auto* e = exactly<P::RecordExprContext>(context, kind)) return {ast::Record{record(e->record())}, place};
  if (exactly<P::EllipsisExprContext>(context, kind)) return {ast::Ellipsis{}, place};
  if (auto* e = exactly<P::ParenthesizedExprContext>(context, kind)) return {ast::Parenthesized{expr(e->expr())}, place};
  if (auto* e = exactly<P::ArgMaxExprContext>(context, kind)) return arg_max(e);
  if (auto* e = exactly<P::KnownExprContext>(context, kind)) return {ast::Known{expr(e->expr())}, place};
  if (auto* e = exactly<P::NegateExprContext>(context, kind)) return negated(e);
  if (auto* e = exactly<P::NotExprContext>(context, kind)) return {ast::Not{expr(e->expr())}, place};
  if (auto* e = exactly<P::ProductExprContext>(context, kind)) {
    return arithmetic(e->expr(0), (e->STAR() ? e->STAR() : e->SLASH())->getSymbol(), e->expr(1), place);
  }
  if (auto* e = exactly<P::SumExprContext>(context, kind)) {
    return arithmetic(e->expr(0), (e->PLUS() ? e->PLUS() : e->MINUS())->getSymbol(), e->expr(1), place);
  }
  if (auto* e = exactly<P::RelationExprContext>(context, kind)) return relation(e);
  if (auto* e = exactly<P::OrElseExprContext>(context, kind)) return {ast::OrElse{expr(e->expr(0)), expr(e->expr(1))}, place};
  if (auto* e = exactly<P::ConditionalExprContext>(context, kind)) {
    return {ast::Conditional{expr(e->expr(0)), expr(e->expr(1)), expr(e->expr(2))}, place};
  }
  if (auto* e = exactly<P::AndExprContext>(context, kind)) {
    ast::And all;
    for (auto* operand : flattened(e)) all.operands.push_back(expr(operand));
    return {std::move(all), place};
  }
  if (auto* e = exactly<P::OrExprContext>(context, kind)) {
    ast::Or any;
    for (auto* operand : flattened(e)) any.operands.push_back(expr(operand));
    return {std::move(any), place};
  }
  return {ast::Invalid{}, place};
}

// `-0.12` is a number; `-x` and `-(0.12)` are computed.
ast::Expr Builder::negated(P::NegateExprContext* context) {
  ast::Expr operand = expr(context->expr());
  Span place = span(context);
  if (auto* literal = std::get_if<ast::Number>(&operand.node)) {
    if (literal->value.digits > 0) return {ast::Number{{-literal->value.digits, literal->value.scale}, literal->unit}, place};
  }
  return {ast::Negate{std::move(operand)}, place};
}

ast::Expr Builder::arithmetic(P::ExprContext* left, antlr4::Token* op, P::ExprContext* right, Span place) {
  ast::ArithmeticOp which = op->getType() == P::PLUS    ? ast::ArithmeticOp::Add
                            : op->getType() == P::MINUS ? ast::ArithmeticOp::Subtract
                            : op->getType() == P::STAR  ? ast::ArithmeticOp::Multiply
                                                        : ast::ArithmeticOp::Divide;
  return {ast::Arithmetic{which, span(op), expr(left), expr(right)}, place};
}

ast::CompareOp Builder::compare_op(P::CompareOpContext* context) {
  switch (context->start->getType()) {
    case P::EQUAL:
      return ast::CompareOp::Equal;
    case P::NOT_EQUAL:
      return ast::CompareOp::NotEqual;
    case P::LESS:
      return ast::CompareOp::Less;
    case P::LESS_EQUAL:
      return ast::CompareOp::LessEqual;
    case P::GREATER:
      return ast::CompareOp::Greater;
    default:
      return ast::CompareOp::GreaterEqual;
  }
}

ast::Expr Builder::relation(P::RelationExprContext* context) {
  Span place = span(context);
  ast::Expr left = expr(context->expr(0));
  ast::Expr right = expr(context->expr(1));
  if (context->K_ABOVE()) return {ast::Above{std::move(left), std::move(right)}, place};
  if (is_comparison(left)) {
    Span op = span(context->compareOp() ? context->compareOp()->start
                   : context->K_IS()    ? context->K_IS()->getSymbol()
                   : context->K_IN()    ? context->K_IN()->getSymbol()
                                        : context->K_HAS()->getSymbol());
    diags_.report(Kind::ChainedComparison, op, "`" + text(op) + "` compares the result of a comparison")
        .label(left.span, "this is already true or false")
        .help("write `a < b and b < c`");
    return {ast::Invalid{}, place};
  }
  if (context->K_IS()) return {ast::Is{std::move(left), std::move(right)}, place};
  if (context->K_IN()) return {ast::In{std::move(left), std::move(right)}, place};
  if (context->K_HAS()) return {ast::Has{std::move(left), std::move(right)}, place};
  return {ast::Compare{compare_op(context->compareOp()), span(context->compareOp()), std::move(left), std::move(right)}, place};
}

ast::Expr Builder::arg_max(P::ArgMaxExprContext* context) {
  ast::ArgMax choice;
  choice.members = record(context->record());
  if (context->NUMBER()) choice.margin = number(span(context->NUMBER()));
  for (auto* tied : context->name()) choice.ties.push_back(name(tied));
  return {std::move(choice), span(context)};
}

ast::Expr Builder::list(P::ListContext* context, bool labels) {
  ast::List result;
  for (auto* item : context->item()) {
    if (item->field()) {  // `[a, any: [b]]`: a record of one field
      ast::Field one = field(item->field());
      if (item->field()->exception) continue;
      result.items.push_back({ast::Record{{std::move(one)}}, span(item)});
    } else if (labels && dynamic_cast<P::NumberExprContext*>(item->expr())) {
      result.items.push_back(label_number(span(item)));
    } else {
      result.items.push_back(expr(item->expr()));
    }
  }
  return {std::move(result), span(context)};
}

std::vector<ast::Field> Builder::record(P::RecordContext* context) {
  std::vector<ast::Field> fields;
  for (auto* one : context->field()) {
    if (!one->exception) fields.push_back(field(one));
  }
  return fields;
}

std::vector<ast::Field> Builder::arguments(P::ArgumentsContext* context) {
  std::vector<ast::Field> fields;
  if (!context) return fields;
  for (auto* one : context->argument()) {
    if (one->value())
      fields.push_back({std::nullopt, value(one->value()), span(one)});
    else if (!one->field()->exception)
      fields.push_back(field(one->field()));
  }
  return fields;
}

ast::Field Builder::field(P::FieldContext* context) {
  if (context->exception) return {std::nullopt, std::nullopt, span(context)};
  return {key(context->key()), value(context->value()), span(context)};
}

ast::Expr Builder::key(P::KeyContext* context) {
  Span place = span(context);
  if (context->string()) return string(context->string());
  if (context->word()) {
    ast::Name one = name(context->word());
    return {ast::Reference{{{one}, place}}, place};
  }
  ast::Expr literal = number(span(context->NUMBER()));
  auto* value = std::get_if<ast::Number>(&literal.node);
  if (context->MINUS() && value) value->value.digits = -value->value.digits;
  literal.span = place;
  return literal;
}

ast::Expr Builder::value(P::ValueContext* context) {
  Span place = span(context);
  if (auto* band = dynamic_cast<P::BandValueContext*>(context))
    return {ast::Below{compare_op(band->compareOp()), expr(band->expr())}, place};
  if (auto* tagged = dynamic_cast<P::TaggedValueContext*>(context)) {  // `system "…"` reads as `system("…")`
    ast::Expr text = string(tagged->string());
    Span text_span = text.span;
    ast::Path callee = path(tagged->path());
    Span callee_span = callee.span;
    ast::Call call{std::move(callee), callee_span, {}};
    call.arguments.push_back({std::nullopt, std::move(text), text_span});
    return {std::move(call), place};
  }
  return expr(dynamic_cast<P::PlainValueContext*>(context)->expr());
}

ast::TypeExpr Builder::type(P::TypeContext* context) {
  ast::TypeExpr result;
  result.span = span(context);
  if (auto* labels = dynamic_cast<P::LabelsTypeContext*>(context)) {
    ast::TypeExpr::Labels members;
    for (auto* label : labels->label()) {
      members.members.push_back(name(label));
      if (label->string()) members.members.back().text = unescape(span(label));
    }
    result.node = std::move(members);
  } else if (auto* set = dynamic_cast<P::SetTypeContext*>(context)) {
    result.node = ast::TypeExpr::SetOf{type(set->type())};
  } else if (auto* items = dynamic_cast<P::ListTypeContext*>(context)) {
    result.node = ast::TypeExpr::ListOf{type(items->type())};
  } else {
    auto* named = dynamic_cast<P::NamedTypeContext*>(context);
    ast::TypeExpr::Named node{name(named->name()), {}};
    for (ast::Field& argument : arguments(named->arguments())) {
      if (argument.value) node.arguments.push_back(std::move(**argument.value));
    }
    result.node = std::move(node);
  }
  return result;
}

}  // namespace sbx::syntax
