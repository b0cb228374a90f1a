// SPDX-License-Identifier: Apache-2.0
// Weighted sums: the only place where unlike kinds meet. Constants are folded exactly.
#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {

struct Resolver::Terms {
  std::vector<Decimal> weights;
  std::vector<Expr> terms;
  Decimal constant;
  std::optional<Type> constant_type;  // of a constant with a unit
  bool overflow = false;

  void add_constant(Decimal value) {
    std::optional<Decimal> sum = sema::add(constant, value);
    overflow = overflow || !sum;
    if (sum) constant = *sum;
  }
};

MaybeExpr Resolver::arithmetic(const ast::Expr& from, const Env& env, const Type* want) {
  Terms terms;
  if (!add_term(from, Decimal{1, 0}, env, terms)) return std::nullopt;
  if (terms.overflow) {
    report(Kind::SumTooWide, from.span, "this arithmetic needs more than 18 digits").help("use fewer decimal places");
    return std::nullopt;
  }
  if (!terms.terms.empty()) return finish_sum(std::move(terms), from.span);
  Type type = terms.constant_type.value_or(want && is_numeric(want->kind) ? *want : Type{TypeKind::Number});
  if (want && terms.constant_type && want->kind != type.kind && is_numeric(want->kind)) {
    mismatch(from.span, a_type(*want), type);
    return std::nullopt;
  }
  if (!terms.constant_type && (type.kind == TypeKind::Money || type.kind == TypeKind::Duration)) {
    mismatch(from.span, a_type(type), {TypeKind::Number}).help("write the unit");
    return std::nullopt;
  }
  return Expr{NumberValue{terms.constant}, type, from.span};
}

bool Resolver::add_term(const ast::Expr& from, Decimal weight, const Env& env, Terms& terms) {
  const ast::Expr& inner = bare(from);
  if (const auto* negate = std::get_if<ast::Negate>(&inner.node)) {
    const ast::Expr& operand = bare(*negate->operand);
    bool plain = !std::holds_alternative<ast::Arithmetic>(operand.node) && !std::holds_alternative<ast::Number>(operand.node);
    if (!plain) return add_term(operand, sema::negated(weight), env, terms);
    MaybeExpr term = expr(operand, env);
    if (!term) return false;
    terms.weights.push_back(sema::negated(weight));
    terms.terms.push_back(std::move(*term));
    return true;
  }
  if (const auto* sum = std::get_if<ast::Arithmetic>(&inner.node)) {
    if (sum->op == ast::ArithmeticOp::Multiply || sum->op == ast::ArithmeticOp::Divide)
      return add_product(*sum, inner.span, weight, env, terms);
    bool left = add_term(*sum->left, weight, env, terms);
    bool right = add_term(*sum->right, sum->op == ast::ArithmeticOp::Subtract ? sema::negated(weight) : weight, env, terms);
    return left && right;
  }
  MaybeExpr term = expr(inner, env);
  if (!term) return false;
  if (const auto* number = std::get_if<NumberValue>(&term->node)) {
    std::optional<Decimal> scaled = sema::product(number->value, weight);
    terms.overflow = terms.overflow || !scaled;
    if (scaled) terms.add_constant(*scaled);
    if (term->type.kind != TypeKind::Number) terms.constant_type = term->type;
    return true;
  }
  std::string written(world_.sources().text(from.span));
  if (!is_numeric(term->type.kind) && term->type.kind != TypeKind::Bool) {
    mismatch(from.span, "a number or a bool", term->type);
    return false;
  }
  report(Kind::UnweightedTerm, from.span, "every term of a sum has a weight, and `" + written + "` has none")
      .help("write `1 * " + written + "`")
      .fix("give it the weight 1", {{{from.span.file, from.span.begin, from.span.begin}, "1 * "}});
  return false;
}

std::optional<Decimal> Resolver::weight_of(const ast::Expr& from, const Env& env) {
  const ast::Expr& inner = bare(from);
  if (const auto* number = std::get_if<ast::Number>(&inner.node)) {
    if (number->unit == ast::Unit::None || number->unit == ast::Unit::Percent) return number->value;
    return std::nullopt;
  }
  const auto* ref = std::get_if<ast::Reference>(&inner.node);
  if (!ref) return std::nullopt;
  const Declared* declared = find(*env.unit, Space::Value, ref->path.text()).declared;
  if (!declared || declared->parameter < 0) return std::nullopt;
  MaybeExpr value = expr(inner, env);
  const auto* number = value ? std::get_if<NumberValue>(&value->node) : nullptr;
  if (!number || value->type.kind == TypeKind::Money || value->type.kind == TypeKind::Duration) return std::nullopt;
  return number->value;
}

bool Resolver::add_product(const ast::Arithmetic& from, Span span, Decimal weight, const Env& env, Terms& terms) {
  std::optional<Decimal> left = weight_of(*from.left, env), right = weight_of(*from.right, env);
  std::optional<Decimal> factor = right;
  const ast::Expr* rest = &*from.left;
  if (from.op == ast::ArithmeticOp::Divide) {
    if (!right) {
      report(Kind::UnweightedTerm, from.right->span, "a number is divided only by a constant");
      return false;
    }
    factor = reciprocal(*right);
    if (!factor) {
      report(Kind::UnweightedTerm, from.right->span, "1/" + to_string(*right) + " is no exact decimal")
          .help("multiply by the decimal that you mean");
      return false;
    }
  } else if (left) {
    factor = left;
    rest = &*from.right;
  } else if (!right) {
    MaybeExpr one = expr(*from.left, env), other = expr(*from.right, env);
    if (one && other) {
      report(Kind::UnweightedTerm, span, "a product of two readings: one factor must be a constant")
          .help("a sum is `0.6 * a + 0.4 * b`; what has to hold together is said with `and`");
    }
    return false;
  }
  std::optional<Decimal> scaled = sema::product(*factor, weight);
  if (!scaled) {
    terms.overflow = true;
    return true;
  }
  const ast::Expr& operand = bare(*rest);
  bool again = std::holds_alternative<ast::Number>(operand.node) || std::holds_alternative<ast::Arithmetic>(operand.node);
  if (again) return add_term(operand, *scaled, env, terms);
  MaybeExpr term = expr(operand, env);
  if (!term) return false;
  if (const auto* number = std::get_if<NumberValue>(&term->node)) {
    std::optional<Decimal> value = sema::product(number->value, *scaled);
    terms.overflow = terms.overflow || !value;
    if (value) terms.add_constant(*value);
    if (term->type.kind != TypeKind::Number) terms.constant_type = term->type;
    return true;
  }
  if (!is_numeric(term->type.kind) && term->type.kind != TypeKind::Bool) {
    mismatch(rest->span, "a number or a bool", term->type).help("a bool counts 0 or 1: ask `x is label` or `x has member`");
    return false;
  }
  terms.weights.push_back(*scaled);
  terms.terms.push_back(std::move(*term));
  return true;
}

// Money, durations and tokens keep their unit when they are scaled; any other sum is a score of its own.
MaybeExpr Resolver::finish_sum(Terms terms, Span span) {
  auto has_unit = [](const Type& type) { return type.kind == TypeKind::Money || type.kind == TypeKind::Duration; };
  const Type first = terms.terms.front().type;
  bool one_unit = has_unit(first) || first.kind == TypeKind::Tokens;
  for (const Expr& term : terms.terms) {
    bool same = term.type.kind == first.kind;
    one_unit = one_unit && same;
    if (same || (!has_unit(term.type) && !has_unit(first))) continue;
    report(Kind::MixedUnits, term.span, a_type(term.type) + " is not added to " + a_type(first))
        .label(terms.terms.front().span, a_type(first));
    return std::nullopt;
  }
  if (terms.constant_type && terms.constant_type->kind != first.kind && (has_unit(*terms.constant_type) || has_unit(first))) {
    report(Kind::MixedUnits, span, a_type(*terms.constant_type) + " is not added to " + a_type(first))
        .label(terms.terms.front().span, a_type(first));
    return std::nullopt;
  }
  if (has_unit(first) && !terms.constant_type && terms.constant.digits != 0) {
    report(Kind::MixedUnits, span, "a plain number is not added to " + a_type(first)).label(terms.terms.front().span, a_type(first));
    return std::nullopt;
  }
  Type type{.kind = TypeKind::Score, .space = naming_.empty() ? "a sum" : naming_};
  if (one_unit) type = first;
  // Exact in 62 bits whatever is read: the widest case must fit.
  int places = terms.constant.scale;
  for (size_t i = 0; i < terms.terms.size(); ++i)
    places = std::max(places, decimal_places(terms.terms[i].type.kind) + terms.weights[i].scale);
  __int128 reach = scaled(terms.constant, places, Rounding::Up).value_or(INT64_MAX);
  if (reach < 0) reach = -reach;
  for (size_t i = 0; i < terms.terms.size(); ++i) {
    Range range = full_range(terms.terms[i].type);
    int64_t widest = std::max(std::abs(range.low), std::abs(range.high));
    std::optional<int64_t> weight = scaled(terms.weights[i], places - decimal_places(terms.terms[i].type.kind), Rounding::Up);
    reach += static_cast<__int128>(weight ? std::abs(*weight) : INT64_MAX) * widest;
  }
  if (reach > (static_cast<__int128>(1) << 61)) {
    report(Kind::SumTooWide, span, "this sum can leave the range of 62 bits, so it would not be exact")
        .help("use weights with fewer decimal places");
    return std::nullopt;
  }
  return Expr{WeightedSum{std::move(terms.weights), std::move(terms.terms), terms.constant}, type, span};
}

std::optional<Decimal> Resolver::plain_number(const ast::Expr& from, const Env& env, const Type* want, const char* what) {
  MaybeExpr value = expr(from, {env.unit, Reads::Constants}, want);
  if (!value) return std::nullopt;
  if (const auto* number = std::get_if<NumberValue>(&value->node)) return number->value;
  report(Kind::NotConstant, from.span, std::string(what) + " must be a number");
  return std::nullopt;
}

}  // namespace sbx::sema
