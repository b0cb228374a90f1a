// SPDX-License-Identifier: Apache-2.0
// The arithmetic forms of the language: above, bands, lerp, max, min, argmax.
#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {

MaybeExpr Resolver::above(const ast::Above& from, Span span, const Env& env) {
  MaybeExpr operand = expr(*from.operand, env);
  if (!operand) return std::nullopt;
  if (!is_numeric(operand->type.kind) || is_constant(*operand)) {
    mismatch(from.operand->span, "a number that is read", operand->type);
    return std::nullopt;
  }
  std::optional<Decimal> threshold = plain_number(*from.threshold, env, &operand->type, "the threshold of `above`");
  if (!threshold) return std::nullopt;
  Type type = operand->type;
  return Expr{AboveThreshold{std::move(*operand), *threshold}, std::move(type), span};
}

MaybeExpr Resolver::bands(const ast::Call& from, Span span, const Env& env) {
  if (from.arguments.size() < 3 || from.arguments.front().key || !from.arguments.front().value) {
    report(Kind::BadArgument, span, "`bands` takes a number, bands with ascending bounds and a last band without one")
        .help("write `bands(x, low: < 0.3, mid: < 0.7, high)`");
    return std::nullopt;
  }
  MaybeExpr operand = expr(**from.arguments.front().value, env);
  if (operand && (!is_numeric(operand->type.kind) || is_constant(*operand))) {
    mismatch(operand->span, "a number that is read", operand->type);
    operand = std::nullopt;
  }
  Bands result;
  Type type{.kind = TypeKind::Label};
  bool good = operand.has_value();
  Span before;
  for (size_t i = 1; i < from.arguments.size(); ++i) {
    const ast::Field& field = from.arguments[i];
    bool last = i + 1 == from.arguments.size();
    const auto* below = field.key && field.value ? std::get_if<ast::Below>(&(*field.value)->node) : nullptr;
    const ast::Name* alone = !field.key && field.value ? bare_word(**field.value) : nullptr;
    if (last ? !alone : !below || (below->op != ast::CompareOp::Less && below->op != ast::CompareOp::LessEqual)) {
      report(Kind::BadArgument, field.span,
             last ? "the last band has no bound: it holds beyond all others" : "a band has an upper bound: `name: < bound`")
          .help("write `bands(x, low: < 0.3, mid: < 0.7, high)`");
      good = false;
      continue;
    }
    std::string name = last ? alone->text : std::string(field.name());
    if (member_index(type, name)) {
      report(Kind::DuplicateName, field.span, "the band `" + name + "` is listed twice");
      good = false;
    }
    type.members.push_back(name);
    if (last || !operand) continue;
    std::optional<Decimal> bound = plain_number(*below->bound, env, &operand->type, "the bound of a band");
    good = good && bound;
    if (!bound) continue;
    if (!result.bounds.empty() && sbx::compare(*bound, result.bounds.back()) <= 0) {
      report(Kind::BandsNotAscending, field.span, "the bounds of bands ascend, and `" + name + "` ends no higher than the band before it")
          .label(before, "ends at " + written(operand->type, result.bounds.back()));
      good = false;
    }
    before = field.span;
    result.bounds.push_back(*bound);
    result.inclusive.push_back(below->op == ast::CompareOp::LessEqual);
  }
  if (!good) return std::nullopt;
  result.operand = std::move(*operand);
  return Expr{std::move(result), std::move(type), span};
}

// The values at the points are constants, so the result takes the type that it is compared with.
MaybeExpr Resolver::lerp(const ast::Call& from, Span span, const Env& env, const Type* want) {
  if (from.arguments.size() < 3 || from.arguments.front().key || !from.arguments.front().value) {
    report(Kind::BadArgument, span, "`lerp` takes a number and at least two points").help("write `lerp(x, 0.3: 0.80, 0.7: 0.92)`");
    return std::nullopt;
  }
  MaybeExpr operand = expr(**from.arguments.front().value, env);
  if (!operand) return std::nullopt;
  if (!is_numeric(operand->type.kind) || is_constant(*operand)) {
    mismatch(operand->span, "a number that is read", operand->type);
    return std::nullopt;
  }
  Type type{.kind = TypeKind::Number};
  if (want && (is_scored(want->kind) || want->kind == TypeKind::Number)) type = *want;
  Lerp result;
  bool good = true;
  for (size_t i = 1; i < from.arguments.size(); ++i) {
    const ast::Field& field = from.arguments[i];
    if (!field.key || !field.value || !std::holds_alternative<ast::Number>((*field.key)->node)) {
      report(Kind::BadArgument, field.span, "a point of `lerp` is `x: y`").help("write `lerp(x, 0.3: 0.80, 0.7: 0.92)`");
      good = false;
      continue;
    }
    std::optional<Decimal> x = plain_number(**field.key, env, &operand->type, "a point");
    std::optional<Decimal> y = plain_number(**field.value, env, &type, "the value at a point");
    good = good && x && y;
    if (!x || !y) continue;
    if (!result.points.empty() && sbx::compare(*x, result.points.back().x) <= 0) {
      report(Kind::BandsNotAscending, field.span, "the points of `lerp` ascend").label(from.arguments[i - 1].span, "this one comes first");
      good = false;
    }
    result.points.push_back({*x, *y});
  }
  if (!good) return std::nullopt;
  result.operand = std::move(*operand);
  return Expr{std::move(result), type, span};
}

MaybeExpr Resolver::extreme(const ast::Call& from, Span span, const Env& env, bool maximum) {
  Extreme result{.maximum = maximum, .values = {}};
  bool good = true;
  const Type* want = nullptr;
  for (const ast::Field& field : from.arguments) {
    if (field.key || !field.value) {
      report(Kind::BadArgument, field.span, "`max` and `min` take numbers without names");
      good = false;
      continue;
    }
    MaybeExpr value = expr(**field.value, env, want);
    good = good && value;
    if (!value) continue;
    if (!is_numeric(value->type.kind)) {
      mismatch(value->span, "a number", value->type);
      good = false;
      continue;
    }
    result.values.push_back(std::move(*value));
    want = &result.values.front().type;
  }
  if (!good) return std::nullopt;
  if (result.values.size() < 2) {
    report(Kind::BadArgument, span, "`max` and `min` take two numbers or more");
    return std::nullopt;
  }
  for (const Expr& value : result.values) {
    if (is_constant(value) || is_constant(result.values.front())) continue;
    std::string why = why_incomparable(result.values.front().type, value.type);
    if (why.empty()) continue;
    report(Kind::Incomparable, value.span, a_type(value.type) + " cannot be held against " + a_type(result.values.front().type))
        .label(result.values.front().span, a_type(result.values.front().type))
        .help(why);
    return std::nullopt;
  }
  Type type = result.values.front().type;
  for (const Expr& value : result.values) {
    if (!is_constant(value)) type = value.type;
  }
  return Expr{std::move(result), std::move(type), span};
}

MaybeExpr Resolver::arg_max(const ast::ArgMax& from, Span span, const Env& env) {
  ArgMax result;
  Type type{.kind = TypeKind::Label};
  bool good = true;
  for (const ast::Field& field : from.members) {
    std::string name(field.name());
    if (name.empty() || !field.value) {
      report(Kind::BadArgument, field.span, "a member of `argmax` is `label: score`");
      good = false;
      continue;
    }
    if (member_index(type, name)) {
      report(Kind::DuplicateName, field.span, "the label `" + name + "` is listed twice");
      good = false;
    }
    MaybeExpr value = expr(**field.value, env);
    good = good && value;
    if (!value) continue;
    if (!is_numeric(value->type.kind) || is_constant(*value)) {
      mismatch(value->span, "a score that is read", value->type);
      good = false;
      continue;
    }
    if (!result.values.empty()) {
      const Expr& first = result.values.front();
      std::string why = why_incomparable(first.type, value->type);
      if (!why.empty()) {
        report(Kind::Incomparable, value->span, a_type(value->type) + " cannot be held against " + a_type(first.type))
            .label(first.span, a_type(first.type))
            .help(why);
        good = false;
      }
    }
    result.labels.push_back(static_cast<uint32_t>(type.members.size()));
    type.members.push_back(name);
    result.values.push_back(std::move(*value));
  }
  if (from.margin) {
    std::optional<Decimal> margin =
        plain_number(**from.margin, env, result.values.empty() ? nullptr : &result.values.front().type, "the margin");
    good = good && margin;
    if (margin) result.margin = *margin;
  }
  for (const ast::Name& tied : from.ties) {
    if (!label(tied.text, tied.span, type)) good = false;
  }
  if (good && !from.ties.empty()) {  // ties go to the member written first in `ties`
    std::vector<Expr> values;
    std::vector<uint32_t> labels;
    for (const ast::Name& tied : from.ties) {
      uint32_t index = *member_index(type, tied.text);
      values.push_back(result.values[index]);
      labels.push_back(index);
    }
    for (uint32_t i = 0; i < result.values.size(); ++i) {
      if (std::find(labels.begin(), labels.end(), i) != labels.end()) continue;
      values.push_back(result.values[i]);
      labels.push_back(i);
    }
    result.values = std::move(values);
    result.labels = std::move(labels);
    result.ordered_ties = true;
  }
  if (result.values.size() < 2 && good) {
    report(Kind::BadArgument, span, "`argmax` takes two members or more");
    good = false;
  }
  if (!good) return std::nullopt;
  result.none = static_cast<uint32_t>(type.members.size());
  type.members.push_back("none");
  return Expr{std::move(result), std::move(type), span};
}

}  // namespace sbx::sema
