// SPDX-License-Identifier: Apache-2.0
// Any expression; literals, and the connectives of guards.
#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

std::string_view unit_name(ast::Unit unit) {
  switch (unit) {
    case ast::Unit::None:
      return "a plain number";
    case ast::Unit::Percent:
      return "a percentage";
    case ast::Unit::Money:
      return "an amount of money";
    case ast::Unit::MoneyPerMillion:
      return "a price per million tokens";
    case ast::Unit::Nanoseconds:
      return "a duration";
    case ast::Unit::Bytes:
      return "a number of bytes";
  }
  return {};
}

bool unit_fits(ast::Unit unit, TypeKind kind) {
  switch (unit) {
    case ast::Unit::None:
      return is_numeric(kind) && kind != TypeKind::Money && kind != TypeKind::Duration;
    case ast::Unit::Percent:
      return kind == TypeKind::Probability || kind == TypeKind::Number;
    case ast::Unit::Money:
      return kind == TypeKind::Money;
    case ast::Unit::MoneyPerMillion:
      return false;
    case ast::Unit::Nanoseconds:
      return kind == TypeKind::Duration;
    case ast::Unit::Bytes:
      return kind == TypeKind::Int;
  }
  return false;
}

TypeKind own_kind(ast::Unit unit) {
  switch (unit) {
    case ast::Unit::Money:
    case ast::Unit::MoneyPerMillion:
      return TypeKind::Money;
    case ast::Unit::Nanoseconds:
      return TypeKind::Duration;
    case ast::Unit::Bytes:
      return TypeKind::Int;
    case ast::Unit::None:
    case ast::Unit::Percent:
      return TypeKind::Number;
  }
  return TypeKind::Number;
}

}  // namespace

MaybeExpr Resolver::expr(const ast::Expr& from, const Env& env, const Type* want) {
  Span span = from.span;
  auto refuse = [&](Kind kind, const char* message, const char* help) {
    report(kind, span, message).help(help);
    return MaybeExpr();
  };
  return std::visit(
      overloaded{
          [](const ast::Invalid&) { return MaybeExpr(); },
          [&](const ast::Number& e) { return number(e, span, want); },
          [&](const ast::String& e) { return text(e, span, want); },
          [&](const ast::Bool& e) {
            return MaybeExpr(Expr{BoolValue{e.value}, {TypeKind::Bool}, span});
          },
          [&](const ast::Reference& e) { return reference(e.path, span, env, want); },
          [&](const ast::Wildcard&) { return refuse(Kind::TypeMismatch, "`*` stands only in a row of a table", "write the value"); },
          [&](const ast::List& e) { return list(e, span, env, want); },
          [&](const ast::Record&) {
            return refuse(Kind::TypeMismatch, "a record is no value here", "records are arguments: `nearest({ a: [\"…\"] })`");
          },
          [&](const ast::Call& e) { return call(e, span, env, want); },
          [&](const ast::Not& e) {
            MaybeExpr operand = boolean(*e.operand, env);
            if (!operand) return MaybeExpr();
            return MaybeExpr(Expr{Not{std::move(*operand)}, {TypeKind::Bool}, span});
          },
          [&](const ast::Negate&) { return arithmetic(from, env, want); },
          [&](const ast::And& e) { return connective<And>(e.operands, span, env); },
          [&](const ast::Or& e) { return connective<Or>(e.operands, span, env); },
          [&](const ast::Compare& e) { return compare(e, span, env); },
          [&](const ast::Is& e) { return is(e, span, env); },
          [&](const ast::In& e) { return in(e, span, env); },
          [&](const ast::Has& e) { return has(e, span, env); },
          [&](const ast::Known& e) { return known(e, span, env); },
          [&](const ast::Arithmetic&) { return arithmetic(from, env, want); },
          [&](const ast::Above& e) { return above(e, span, env); },
          [&](const ast::OrElse& e) { return or_else(e, span, env, want); },
          [&](const ast::Conditional& e) { return conditional(e, span, env, want); },
          [&](const ast::Below&) {
            return refuse(Kind::TypeMismatch, "a bound without a value stands only in `bands(…)`", "write `x < 0.3`");
          },
          [&](const ast::ArgMax& e) { return arg_max(e, span, env); },
          [&](const ast::Parenthesized& e) { return expr(*e.inner, env, want); },
          [&](const ast::Ellipsis&) {
            return refuse(Kind::ElidedItems, "`...` leaves out what the compiler needs", "write the items that `...` stands for");
          },
      },
      from.node);
}

MaybeExpr Resolver::boolean(const ast::Expr& from, const Env& env) {
  MaybeExpr result = expr(from, env);
  if (!result || result->type.kind == TypeKind::Bool) return result;
  auto finding = mismatch(from.span, "a bool", result->type);
  if (result->type.kind == TypeKind::Label) {
    finding.help("ask which label it is: `" + std::string(world_.sources().text(from.span)) + " is " + result->type.members.front() + "`");
  } else if (is_numeric(result->type.kind)) {
    finding.help("compare it: `" + std::string(world_.sources().text(from.span)) + " >= …`");
  } else if (result->type.kind == TypeKind::Set) {
    finding.help("ask for a member: `" + std::string(world_.sources().text(from.span)) + " has …`");
  }
  return std::nullopt;
}

MaybeExpr Resolver::constant(const ast::Expr& from, const Env& env, const Type& want) {
  MaybeExpr result = expr(from, {env.unit, Reads::Constants}, &want);
  if (!result) return std::nullopt;
  if (!is_constant(*result)) {
    report(Kind::NotConstant, from.span,
           "this must be a constant, and `" + std::string(world_.sources().text(from.span)) + "` is read from the request");
    return std::nullopt;
  }
  bool fits = result->type.kind == want.kind;
  if (!fits) {
    mismatch(from.span, a_type(want), result->type);
    return std::nullopt;
  }
  return result;
}

MaybeExpr Resolver::number(const ast::Number& from, Span span, const Type* want) {
  Type type{.kind = own_kind(from.unit)};
  if (want && is_numeric(want->kind)) {
    if (!unit_fits(from.unit, want->kind)) {
      auto finding = report(Kind::MixedUnits, span,
                            "`" + std::string(world_.sources().text(span)) + "` is " + std::string(unit_name(from.unit)) + ", and " +
                                a_type(*want) + " is expected");
      if (from.unit == ast::Unit::None && want->kind == TypeKind::Money) {
        finding.help("write `$" + std::string(world_.sources().text(span)) + "`")
            .fix("add the unit", {{{span.file, span.begin, span.begin}, "$"}});
      } else if (from.unit == ast::Unit::None && want->kind == TypeKind::Duration) {
        finding.help("write the unit: `200ms`, `5s`");
      } else if (from.unit == ast::Unit::Percent) {
        finding.help("percentages are of probabilities and of budgets; write `" + to_string(from.value) + "`");
      }
      return std::nullopt;
    }
    type = *want;
  }
  Decimal value = from.value;
  if (from.unit == ast::Unit::Nanoseconds) {
    std::optional<Decimal> micros = shift_right(value, 3);
    if (!micros) return report(Kind::NumberTooLarge, span, "this duration has more digits than can be held"), std::nullopt;
    value = *micros;
  }
  return Expr{NumberValue{value}, type, span};
}

MaybeExpr Resolver::text(const ast::String& from, Span span, const Type* want) {
  if (want && want->kind == TypeKind::Label) return label(from.value, span, *want);
  return Expr{TextValue{from.value}, {TypeKind::Text}, span};
}

// A list is a constant: of texts or labels where a set is wanted. `in [ … ]` is resolved by its operand (resolve_compare.cpp).
MaybeExpr Resolver::list(const ast::List& from, Span span, const Env& env, const Type* want) {
  Type element{.kind = TypeKind::Text};
  if (want && !want->members.empty()) element = {.kind = TypeKind::Label, .members = want->members};
  ListValue value;
  bool good = true;
  for (const ast::Expr& item : from.items) {
    const ast::Name* word = bare_word(item);
    MaybeExpr one = word && element.kind == TypeKind::Text ? Expr{TextValue{word->text}, element, item.span} : constant(item, env, element);
    if (one) value.items.push_back(std::move(*one));
    good = good && one;
  }
  if (!good) return std::nullopt;
  return Expr{std::move(value), want ? *want : Type{TypeKind::Set}, span};
}

MaybeExpr Resolver::known(const ast::Known& from, Span span, const Env& env) {
  MaybeExpr operand = expr(*from.operand, env);
  if (!operand) return std::nullopt;
  if (is_constant(*operand)) {
    report(Kind::TypeMismatch, span, "a constant is always known").help("`?` asks whether an input or a signal is known");
    return std::nullopt;
  }
  return Expr{Known{std::move(*operand)}, {TypeKind::Bool}, span};
}

MaybeExpr Resolver::or_else(const ast::OrElse& from, Span span, const Env& env, const Type* want) {
  MaybeExpr operand = expr(*from.operand, env, want);
  if (!operand) return std::nullopt;
  MaybeExpr fallback = constant(*from.fallback, env, operand->type);
  if (!fallback) return std::nullopt;
  if (operand->type.kind == TypeKind::Text || operand->type.kind == TypeKind::Set) {
    report(Kind::TypeMismatch, span, "`or else` on " + a_type(operand->type) + " stands where the input is declared")
        .help("write `input x: text from header(\"x\") or else \"none\"`");
    return std::nullopt;
  }
  Type type = operand->type;
  return Expr{OrElse{std::move(*operand), std::move(*fallback)}, std::move(type), span};
}

MaybeExpr Resolver::conditional(const ast::Conditional& from, Span span, const Env& env, const Type* want) {
  MaybeExpr condition = boolean(*from.condition, env);
  MaybeExpr then = expr(*from.then, env, want);
  MaybeExpr otherwise = expr(*from.otherwise, env, then ? &then->type : want);
  if (!condition || !then || !otherwise) return std::nullopt;
  if (is_constant(*then) && !is_constant(*otherwise) && then->type.kind != otherwise->type.kind)
    then = expr(*from.then, env, &otherwise->type);
  if (!then) return std::nullopt;
  if (then->type != otherwise->type) {
    mismatch(from.otherwise->span, a_type(then->type), otherwise->type).label(from.then->span, "because this is " + a_type(then->type));
    return std::nullopt;
  }
  Type type = then->type;
  return Expr{Conditional{std::move(*condition), std::move(*then), std::move(*otherwise)}, std::move(type), span};
}

template <class Node>
MaybeExpr Resolver::connective(const std::vector<ast::Expr>& operands, Span span, const Env& env) {
  Node node;
  bool good = true;
  for (const ast::Expr& operand : operands) {
    MaybeExpr one = boolean(operand, env);
    if (one) node.operands.push_back(std::move(*one));
    good = good && one;
  }
  if (!good) return std::nullopt;
  return Expr{std::move(node), {TypeKind::Bool}, span};
}

}  // namespace sbx::sema
