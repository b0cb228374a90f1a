// SPDX-License-Identifier: Apache-2.0
// Booleans and numbers; labels, texts and tables are in expression_labels.cpp.
#include "compiler/lower/expression.h"

#include <algorithm>
#include <limits>

namespace sbx::lower {
namespace {

constexpr int64_t kLow = std::numeric_limits<int64_t>::min();
constexpr int64_t kHigh = std::numeric_limits<int64_t>::max();

int64_t power_of_ten(int exponent) {
  int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// `value` in units of 10^-places; beyond 64 bits the nearest end, which compares alike.
int64_t clamped(Decimal value, int places, Rounding rounding, bool* exact = nullptr) {
  if (auto raw = scaled(value, places, rounding, exact)) return *raw;
  if (exact) *exact = false;
  return value.digits < 0 ? kLow + 1 : kHigh - 1;
}

}  // namespace

Verdict Expressions::boolean(const sema::Expr& expr) {
  return std::visit(
      overloaded{
          [&](const sema::BoolValue& v) { return fixed(v.value); },
          [&](const sema::SignalRef& v) { return symbol_verdict(v.symbol); },
          [&](const sema::DecisionRef& v) {
            std::optional<std::string> text = attempt_text(v);
            return fixed(text && *text == "true");
          },
          [&](const sema::Not& v) { return negated(boolean(*v.operand)); },
          [&](const sema::And& v) {
            std::vector<Verdict> parts;
            for (const sema::Expr& operand : v.operands) parts.push_back(boolean(operand));
            return conjunction(parts);
          },
          [&](const sema::Or& v) {
            std::vector<Verdict> parts;
            for (const sema::Expr& operand : v.operands) parts.push_back(boolean(operand));
            return disjunction(parts);
          },
          [&](const sema::Compare& v) { return compare(v); },
          [&](const sema::OneOf& v) { return one_of(v); },
          [&](const sema::Has& v) {
            ValueId member = graph_.leaf(leaves_.has(std::get<sema::SignalRef>(v.set->node).symbol, v.member));
            return Verdict{graph_.within(member, 1, 1), graph_.within(member, 0, 0)};
          },
          [&](const sema::Known& v) { return known(*v.operand); },
          [&](const sema::OrElse& v) {
            ValueId value = graph_.or_else(truth(*v.operand), std::get<sema::BoolValue>(v.fallback->node).value ? 1 : 0);
            return Verdict{graph_.within(value, 1, 1), graph_.within(value, 0, 0)};
          },
          [&](const sema::Conditional& v) {
            Verdict condition = boolean(*v.condition);
            return disjunction({conjunction({condition, boolean(*v.then)}), conjunction({negated(condition), boolean(*v.otherwise)})});
          },
          [&](const auto&) -> Verdict {
            SBX_CHECK(false, "a Boolean expression was expected");
            return {};
          },
      },
      expr.node);
}

Verdict Expressions::symbol_verdict(sema::SymbolId symbol) {
  if (auto found = verdicts_.find(symbol); found != verdicts_.end()) return found->second;
  Verdict verdict;
  if (leaves_.is_read(symbol)) {
    ValueId value = graph_.leaf(leaves_.value(symbol));
    verdict = {graph_.within(value, 1, 1), graph_.within(value, 0, 0)};
  } else {
    verdict = boolean(*policy_.symbols[symbol].value);
  }
  verdicts_.emplace(symbol, verdict);
  return verdict;
}

Quantity Expressions::symbol_quantity(sema::SymbolId symbol) {
  if (auto found = quantities_.find(symbol); found != quantities_.end()) return found->second;
  const sema::Symbol& info = policy_.symbols[symbol];
  Quantity result =
      leaves_.is_read(symbol) ? Quantity{graph_.leaf(leaves_.value(symbol)), decimal_places(info.type.kind)} : quantity(*info.value);
  quantities_.emplace(symbol, result);
  return result;
}

std::vector<DerivedValue> Expressions::derived() const {
  std::vector<DerivedValue> derived;
  for (const auto& [symbol, quantity] : quantities_) {
    const sema::Symbol& info = policy_.symbols[symbol];
    if (!leaves_.is_read(symbol)) derived.push_back({info.name, info.type, quantity});
  }
  return derived;
}

Verdict Expressions::conjunction(const std::vector<Verdict>& parts) {
  std::vector<GuardId> holds, fails;
  for (Verdict part : parts) {
    holds.push_back(part.holds);
    fails.push_back(part.fails);
  }
  return {graph_.all(std::move(holds)), graph_.any(std::move(fails))};
}

Verdict Expressions::disjunction(const std::vector<Verdict>& parts) {
  std::vector<Verdict> denied;
  for (Verdict part : parts) denied.push_back(negated(part));
  return negated(conjunction(denied));
}

Verdict Expressions::compare(const sema::Compare& compare) {
  const sema::Expr& left = *compare.left;
  const sema::Expr& right = *compare.right;
  if (const auto* field = std::get_if<sema::DecisionRef>(&left.node)) {
    if (std::optional<Decimal> number = attempt_number(*field)) {
      if (const auto* bound = std::get_if<sema::NumberValue>(&right.node)) {
        int order = sbx::compare(*number, bound->value);
        switch (compare.op) {
          case sema::CompareOp::Equal:
            return fixed(order == 0);
          case sema::CompareOp::NotEqual:
            return fixed(order != 0);
          case sema::CompareOp::Less:
            return fixed(order < 0);
          case sema::CompareOp::LessEqual:
            return fixed(order <= 0);
          case sema::CompareOp::Greater:
            return fixed(order > 0);
          case sema::CompareOp::GreaterEqual:
            return fixed(order >= 0);
        }
      }
    }
  }
  if (left.type.kind == TypeKind::Label || left.type.kind == TypeKind::Text) return compare_labels(compare.op, left, right);
  const auto is_missing = [&](const sema::Expr& side) {
    const auto* field = std::get_if<sema::DecisionRef>(&side.node);
    return field != nullptr && !attempt_number(*field);
  };
  if (left.type.kind != TypeKind::Bool && (is_missing(left) || is_missing(right))) return unknown();
  if (left.type.kind == TypeKind::Bool) {
    Verdict a = boolean(left), b = boolean(right);
    Verdict equal = disjunction({conjunction({a, b}), conjunction({negated(a), negated(b)})});
    return compare.op == sema::CompareOp::NotEqual ? negated(equal) : equal;
  }
  if (const auto* bound = std::get_if<sema::NumberValue>(&right.node)) return compare_constant(quantity(left), compare.op, bound->value);
  std::vector<Quantity> both = common_places({left, right});
  std::optional<ValueId> difference = graph_.sum({{1, both[0].value}, {-1, both[1].value}}, 0);
  SBX_CHECK(difference, "a difference overflows: sema checks ranges");
  return compare_constant({*difference, both[0].places}, compare.op, Decimal{});
}

Verdict Expressions::compare_constant(Quantity left, sema::CompareOp op, Decimal bound) {
  bool exact = true;
  int64_t down = clamped(bound, left.places, Rounding::Down, &exact);
  int64_t up = clamped(bound, left.places, Rounding::Up);
  auto below = [&](int64_t last) { return Verdict{graph_.within(left.value, kLow, last), graph_.within(left.value, last + 1, kHigh)}; };
  switch (op) {
    case sema::CompareOp::Less:
      return below(up - 1);
    case sema::CompareOp::LessEqual:
      return below(down);
    case sema::CompareOp::GreaterEqual:
      return negated(below(up - 1));
    case sema::CompareOp::Greater:
      return negated(below(down));
    case sema::CompareOp::Equal:
    case sema::CompareOp::NotEqual:
      break;
  }
  Verdict equal = exact ? in_set(left.value, {down}) : fixed(false);
  return op == sema::CompareOp::Equal ? equal : negated(equal);
}

Verdict Expressions::known(const sema::Expr& operand) {
  if (const auto* field = std::get_if<sema::DecisionRef>(&operand.node))
    return fixed(attempt_text(*field).has_value() || attempt_number(*field).has_value());
  ValueId value;
  if (const auto* ref = std::get_if<sema::SignalRef>(&operand.node); ref && leaves_.is_read(ref->symbol)) {
    value = graph_.leaf(leaves_.value(ref->symbol));
  } else {
    value = operand.type.kind == TypeKind::Bool ? truth(operand) : quantity(operand).value;
  }
  return {graph_.known(value), graph_.unknown(value)};
}

ValueId Expressions::truth(const sema::Expr& expr) {
  if (const auto* ref = std::get_if<sema::SignalRef>(&expr.node); ref && leaves_.is_read(ref->symbol))
    return graph_.leaf(leaves_.value(ref->symbol));
  Verdict verdict = boolean(expr);
  return graph_.truth(verdict.holds, verdict.fails);
}

Quantity Expressions::quantity(const sema::Expr& expr) {
  if (expr.type.kind == TypeKind::Bool) return {truth(expr), 0};
  int places = decimal_places(expr.type.kind);
  return std::visit(
      overloaded{
          [&](const sema::NumberValue& v) {
            int fine = std::max(places, v.value.scale);
            return Quantity{graph_.constant(clamped(v.value, fine, Rounding::HalfAwayFromZero)), fine};
          },
          [&](const sema::LabelValue& v) {
            return Quantity{graph_.constant(v.index), 0};
          },
          [&](const sema::DecisionRef& v) {
            const std::optional<Decimal> number = attempt_number(v);
            SBX_CHECK(number, "what a decision does not have is compared with nothing");
            const int fine = std::max(places, number->scale);
            return Quantity{graph_.constant(clamped(*number, fine, Rounding::HalfAwayFromZero)), fine};
          },
          [&](const sema::SignalRef& v) { return symbol_quantity(v.symbol); },
          [&](const sema::ConfidenceOf& v) {
            return Quantity{graph_.leaf(leaves_.confidence(v.symbol)), decimal_places(TypeKind::Probability)};
          },
          [&](const sema::WeightedSum& v) { return weighted_sum(v); },
          [&](const sema::AboveThreshold& v) {
            Quantity operand = quantity(*v.operand);
            return Quantity{graph_.above(operand.value, clamped(v.threshold, operand.places, Rounding::Up)), operand.places};
          },
          [&](const sema::Extreme& v) { return extreme(v); },
          [&](const sema::Lerp& v) { return lerp(v); },
          [&](const sema::Bands& v) { return bands(v); },
          [&](const sema::ArgMax& v) { return argmax(v); },
          [&](const sema::OrElse& v) {
            Quantity operand = quantity(*v.operand);
            int64_t fallback = 0;
            if (const auto* label = std::get_if<sema::LabelValue>(&v.fallback->node)) fallback = label->index;
            if (const auto* number = std::get_if<sema::NumberValue>(&v.fallback->node)) {
              operand = {rescaled(operand, std::max(operand.places, number->value.scale)), std::max(operand.places, number->value.scale)};
              fallback = clamped(number->value, operand.places, Rounding::HalfAwayFromZero);
            }
            return Quantity{graph_.or_else(operand.value, fallback), operand.places};
          },
          [&](const sema::Conditional& v) {
            std::vector<Quantity> sides = common_places({*v.then, *v.otherwise});
            return Quantity{graph_.select(truth(*v.condition), sides[0].value, sides[1].value), sides[0].places};
          },
          [&](const auto&) -> Quantity {
            SBX_CHECK(false, "a number or a label was expected");
            return {};
          },
      },
      expr.node);
}

ValueId Expressions::rescaled(Quantity quantity, int places) {
  if (quantity.places == places) return quantity.value;
  std::optional<ValueId> scaled = graph_.sum({{power_of_ten(places - quantity.places), quantity.value}}, 0);
  SBX_CHECK(scaled, "a rescaled value overflows: sema checks ranges");
  return *scaled;
}

std::vector<Quantity> Expressions::common_places(const std::vector<sema::Expr>& exprs) {
  std::vector<Quantity> quantities;
  int places = 0;
  for (const sema::Expr& expr : exprs) {
    quantities.push_back(quantity(expr));
    places = std::max(places, quantities.back().places);
  }
  for (Quantity& quantity : quantities) quantity = {rescaled(quantity, places), places};
  return quantities;
}

Quantity Expressions::weighted_sum(const sema::WeightedSum& sum) {
  std::vector<Quantity> terms;
  int places = sum.constant.scale;
  for (size_t i = 0; i < sum.terms.size(); ++i) {
    terms.push_back(quantity(sum.terms[i]));
    places = std::max(places, terms[i].places + sum.weights[i].scale);
  }
  std::vector<Term> scaled_terms;
  for (size_t i = 0; i < terms.size(); ++i) {
    scaled_terms.push_back({clamped(sum.weights[i], places - terms[i].places, Rounding::HalfAwayFromZero), terms[i].value});
  }
  std::optional<ValueId> value = graph_.sum(std::move(scaled_terms), clamped(sum.constant, places, Rounding::HalfAwayFromZero));
  SBX_CHECK(value, "a weighted sum overflows: sema checks ranges");
  return {*value, places};
}

Quantity Expressions::extreme(const sema::Extreme& extreme) {
  std::vector<Quantity> quantities = common_places(extreme.values);
  std::vector<ValueId> values;
  for (Quantity quantity : quantities) values.push_back(quantity.value);
  return {extreme.maximum ? graph_.max(std::move(values)) : graph_.min(std::move(values)), quantities.front().places};
}

Quantity Expressions::lerp(const sema::Lerp& lerp) {
  Quantity operand = quantity(*lerp.operand);
  int places = decimal_places(TypeKind::Number);
  std::vector<sbx::LerpPoint> points;
  for (const sema::LerpPoint& point : lerp.points) {
    points.push_back({clamped(point.x, operand.places, Rounding::HalfAwayFromZero), clamped(point.y, places, Rounding::HalfAwayFromZero)});
  }
  std::optional<ValueId> value = graph_.lerp(operand.value, std::move(points));
  SBX_CHECK(value, "a lerp overflows: sema checks ranges");
  return {*value, places};
}

Quantity Expressions::bands(const sema::Bands& bands) {
  Quantity operand = quantity(*bands.operand);
  std::vector<int64_t> upper;
  for (size_t i = 0; i < bands.bounds.size(); ++i) {
    upper.push_back(bands.inclusive[i] ? clamped(bands.bounds[i], operand.places, Rounding::Down)
                                       : clamped(bands.bounds[i], operand.places, Rounding::Up) - 1);
  }
  return {graph_.bands(operand.value, std::move(upper)), 0};
}

Quantity Expressions::argmax(const sema::ArgMax& argmax) {
  std::vector<ValueId> values;
  std::vector<Quantity> members = common_places(argmax.values);
  int places = std::max(members.front().places, argmax.margin.scale);
  for (Quantity member : members) values.push_back(rescaled(member, places));
  sbx::ArgMax op{.values = std::move(values),
                 .labels = argmax.labels,
                 .margin = clamped(argmax.margin, places, Rounding::Down),
                 .ordered_ties = argmax.ordered_ties,
                 .none = argmax.none};
  return {graph_.argmax(std::move(op)), 0};
}

}  // namespace sbx::lower
