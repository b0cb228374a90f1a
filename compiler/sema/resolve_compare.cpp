// SPDX-License-Identifier: Apache-2.0
// Comparisons: of numbers of one kind, of labels, of texts, with lists and sets.
#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

CompareOp op_of(ast::CompareOp op) {
  switch (op) {
    case ast::CompareOp::Equal:
      return CompareOp::Equal;
    case ast::CompareOp::NotEqual:
      return CompareOp::NotEqual;
    case ast::CompareOp::Less:
      return CompareOp::Less;
    case ast::CompareOp::LessEqual:
      return CompareOp::LessEqual;
    case ast::CompareOp::Greater:
      return CompareOp::Greater;
    case ast::CompareOp::GreaterEqual:
      return CompareOp::GreaterEqual;
  }
  return CompareOp::Equal;
}

/// The operator that says the same with its sides exchanged.
CompareOp mirrored(CompareOp op) {
  switch (op) {
    case CompareOp::Less:
      return CompareOp::Greater;
    case CompareOp::LessEqual:
      return CompareOp::GreaterEqual;
    case CompareOp::Greater:
      return CompareOp::Less;
    case CompareOp::GreaterEqual:
      return CompareOp::LessEqual;
    case CompareOp::Equal:
    case CompareOp::NotEqual:
      return op;
  }
  return op;
}

bool is_equality(CompareOp op) { return op == CompareOp::Equal || op == CompareOp::NotEqual; }

bool is_literal(const ast::Expr& expr) {
  const ast::Expr& inner = bare(expr);
  return std::holds_alternative<ast::Number>(inner.node) || std::holds_alternative<ast::String>(inner.node) ||
         std::holds_alternative<ast::Bool>(inner.node);
}

Expr negated_if(bool negate, Expr expr) {
  if (!negate) return expr;
  Span span = expr.span;
  return Expr{Not{std::move(expr)}, {TypeKind::Bool}, span};
}

}  // namespace

MaybeExpr Resolver::compare(const ast::Compare& from, Span span, const Env& env) {
  CompareOp op = op_of(from.op);
  const ast::Expr* first = &*from.left;
  const ast::Expr* second = &*from.right;
  if (is_literal(*first) && !is_literal(*second)) {  // `0.5 <= x`: the constant goes to the right
    std::swap(first, second);
    op = mirrored(op);
  }
  MaybeExpr left = expr(*first, env);
  MaybeExpr right = left ? expr(*second, env, &left->type) : std::nullopt;
  if (!left || !right) return std::nullopt;
  if (is_constant(*left) && !is_constant(*right)) {
    left = expr(*first, env, &right->type);
    if (!left) return std::nullopt;
    std::swap(*left, *right);
    op = mirrored(op);
  }
  if (is_numeric(left->type.kind) && is_numeric(right->type.kind))
    return compare_numbers(op, from, std::move(*left), std::move(*right), span);
  TypeKind kind = left->type.kind;
  if (kind != right->type.kind) {
    mismatch(second->span, a_type(left->type), right->type).label(first->span, "because this is " + a_type(left->type));
    return std::nullopt;
  }
  if (kind == TypeKind::Label) return compare_labels(op, from, std::move(*left), std::move(*right), span);
  if (!is_equality(op)) {
    report(Kind::TypeMismatch, from.op_span,
           "`" + std::string(world_.sources().text(from.op_span)) + "` does not order " + a_type(left->type))
        .label(first->span, "this is " + a_type(left->type));
    return std::nullopt;
  }
  bool negate = op == CompareOp::NotEqual;
  if (kind == TypeKind::Text) return negated_if(negate, Expr{OneOf{std::move(*left), {std::move(*right)}}, {TypeKind::Bool}, span});
  if (kind == TypeKind::Set) {
    report(Kind::TypeMismatch, from.op_span, "sets are not compared").help("ask for a member: `… has …`");
    return std::nullopt;
  }
  if (const auto* value = std::get_if<BoolValue>(&right->node)) return negated_if(negate == value->value, std::move(*left));
  return Expr{Compare{op, std::move(*left), std::move(*right)}, {TypeKind::Bool}, span};
}

MaybeExpr Resolver::compare_numbers(CompareOp op, const ast::Compare& from, Expr left, Expr right, Span span) {
  const auto* bound = std::get_if<NumberValue>(&right.node);
  if (bound && std::holds_alternative<NumberValue>(left.node)) {
    report(Kind::TypeMismatch, span, "both sides are constants").help("compare a signal or an input with a constant");
    return std::nullopt;
  }
  if (left.type.kind != right.type.kind || (!bound && !why_incomparable(left.type, right.type).empty())) {
    bool units = !(is_scored(left.type.kind) && is_scored(right.type.kind));
    report(units ? Kind::MixedUnits : Kind::Incomparable, from.op_span,
           units ? a_type(left.type) + " does not compare with " + a_type(right.type)
                 : a_type(left.type) + " cannot be held against " + a_type(right.type))
        .label(left.span, a_type(left.type))
        .label(right.span, a_type(right.type))
        .help(why_incomparable(left.type, right.type));
    return std::nullopt;
  }
  if (bound) {
    Range range = full_range(left.type);
    int places = decimal_places(left.type.kind);
    Decimal low = shift_right({range.low, 0}, places).value_or(Decimal{}), high = shift_right({range.high, 0}, places).value_or(Decimal{});
    bool below = sbx::compare(bound->value, low)<0, above = sbx::compare(bound->value, high)> 0;
    if (below || above) {
      report(Kind::OutOfRange, right.span,
             "`" + written(right.type, bound->value) + "` lies outside the range of " + a_type(left.type) + ", which is " +
                 written(left.type, low) + " to " + written(left.type, high))
          .label(left.span, a_type(left.type));
      return std::nullopt;
    }
  }
  return Expr{Compare{op, std::move(left), std::move(right)}, {TypeKind::Bool}, span};
}

bool Resolver::same_labels(const Expr& left, const Expr& right, bool ordered, Span span) {
  if (left.type.members == right.type.members) return true;
  size_t shared = 0;
  for (const std::string& member : right.type.members) shared += member_index(left.type, member) ? 1 : 0;
  bool within = shared == right.type.members.size() || shared == left.type.members.size();
  if (within && !ordered) return true;
  report(Kind::TypeMismatch, span, ordered ? "labels of different sets have no common order" : "the two have different labels")
      .label(left.span, to_string(left.type))
      .label(right.span, to_string(right.type));
  return false;
}

MaybeExpr Resolver::compare_labels(CompareOp op, const ast::Compare& from, Expr left, Expr right, Span span) {
  if (!same_labels(left, right, !is_equality(op), from.op_span)) return std::nullopt;
  if (!is_equality(op)) return Expr{Compare{op, std::move(left), std::move(right)}, {TypeKind::Bool}, span};
  const auto* ref = std::get_if<SignalRef>(&left.node);
  bool observed = ref && policy_.symbols[ref->symbol].is_signal;
  if (observed && op == CompareOp::Equal && std::holds_alternative<LabelValue>(right.node)) {
    std::string fixed = std::string(world_.sources().text(from.left->span)) + " is " + std::string(world_.sources().text(from.right->span));
    report(Kind::EqualOnLabel, from.op_span, "`==` on a label that is observed")
        .help("`is` asks which label won: write `" + fixed + "`")
        .fix("write `is`", {{from.op_span, "is"}});
  }
  return negated_if(op == CompareOp::NotEqual, Expr{OneOf{std::move(left), {std::move(right)}}, {TypeKind::Bool}, span});
}

MaybeExpr Resolver::is(const ast::Is& from, Span span, const Env& env) {
  MaybeExpr left = expr(*from.operand, env);
  if (!left) return std::nullopt;
  std::string subject(world_.sources().text(from.operand->span));
  if (left->type.kind == TypeKind::Label) {
    MaybeExpr right = expr(*from.label, env, &left->type);
    if (!right) return std::nullopt;
    if (right->type.kind != TypeKind::Label) {
      mismatch(from.label->span, "one of " + listed(left->type.members), right->type);
      return std::nullopt;
    }
    if (!same_labels(*left, *right, false, span)) return std::nullopt;
    return Expr{OneOf{std::move(*left), {std::move(*right)}}, {TypeKind::Bool}, span};
  }
  auto finding = report(Kind::NotALabel, from.operand->span, "`" + subject + "` is " + a_type(left->type) + ", and `is` asks for a label");
  std::string label(world_.sources().text(from.label->span));
  if (left->type.kind == TypeKind::Bool) {
    finding.help("write `" + subject + "` alone").fix("drop `is`", {{span, subject}});
  } else if (left->type.kind == TypeKind::Set) {
    finding.help("write `" + subject + " has " + label + "`").fix("write `has`", {{span, subject + " has " + label}});
  } else {
    finding.help("write `" + subject + " == " + label + "`");
  }
  return std::nullopt;
}

MaybeExpr Resolver::in(const ast::In& from, Span span, const Env& env) {
  const auto* items = std::get_if<ast::List>(&bare(*from.list).node);
  if (!items) {  // `"admin" in user.roles`
    MaybeExpr set = expr(*from.list, env);
    if (!set) return std::nullopt;
    if (set->type.kind == TypeKind::Set) return has_member(std::move(*set), *from.operand, span, env);
    mismatch(from.list->span, "a list `[…]` or a set", set->type);
    return std::nullopt;
  }
  MaybeExpr left = expr(*from.operand, env);
  if (!left) return std::nullopt;
  bool good = true;
  std::vector<Expr> of;
  for (const ast::Expr& item : items->items) {
    MaybeExpr one = expr(item, env, &left->type);
    good = good && one;
    if (!one) continue;
    if (one->type.kind != left->type.kind) {
      mismatch(item.span, a_type(left->type), one->type).label(from.operand->span, "because this is " + a_type(left->type));
      good = false;
    } else if (left->type.kind == TypeKind::Label && !same_labels(*left, *one, false, item.span)) {
      good = false;
    }
    of.push_back(std::move(*one));
  }
  if (!good) return std::nullopt;
  if (of.empty()) {
    report(Kind::TypeMismatch, from.list->span, "nothing is in an empty list").help("write the values between `[` and `]`");
    return std::nullopt;
  }
  if (left->type.kind == TypeKind::Label || left->type.kind == TypeKind::Text)
    return Expr{OneOf{std::move(*left), std::move(of)}, {TypeKind::Bool}, span};
  if (!is_numeric(left->type.kind)) {
    report(Kind::TypeMismatch, from.operand->span, a_type(left->type) + " is not looked up in a list");
    return std::nullopt;
  }
  Or any;
  for (Expr& item : of) any.operands.push_back({Compare{CompareOp::Equal, *left, std::move(item)}, {TypeKind::Bool}, span});
  if (any.operands.size() == 1) return std::move(any.operands.front());
  return Expr{std::move(any), {TypeKind::Bool}, span};
}

MaybeExpr Resolver::has(const ast::Has& from, Span span, const Env& env) {
  MaybeExpr set = expr(*from.set, env);
  if (!set) return std::nullopt;
  if (set->type.kind == TypeKind::Set) return has_member(std::move(*set), *from.member, span, env);
  auto finding = mismatch(from.set->span, "a set", set->type);
  if (set->type.kind == TypeKind::Label)
    finding.help("a label has one value: write `… is " + std::string(world_.sources().text(from.member->span)) + "`");
  return std::nullopt;
}

MaybeExpr Resolver::has_member(Expr set, const ast::Expr& member, Span span, const Env& env) {
  std::string name;
  if (const ast::Name* word = bare_word(member)) {
    name = word->text;
  } else if (const auto* text = std::get_if<ast::String>(&bare(member).node)) {
    name = text->value;
  } else {
    MaybeExpr other = expr(member, env);
    if (other) report(Kind::NotConstant, member.span, "the member asked for must be a constant").help("write a word or a text");
    return std::nullopt;
  }
  if (!set.type.members.empty() && !label(name, member.span, set.type)) return std::nullopt;
  if (auto* field = std::get_if<DecisionRef>(&set.node)) {
    field->capability = name;
    set.type = {TypeKind::Bool};
    set.span = span;
    return set;
  }
  if (!std::holds_alternative<SignalRef>(set.node)) {
    report(Kind::TypeMismatch, set.span, "`has` looks into a set that is read, by its name");
    return std::nullopt;
  }
  return Expr{Has{std::move(set), std::move(name)}, {TypeKind::Bool}, span};
}

}  // namespace sbx::sema
