// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/types.h"

#include <algorithm>

namespace sbx::sema {

bool is_numeric(TypeKind kind) {
  switch (kind) {
    case TypeKind::Bool:
    case TypeKind::Text:
    case TypeKind::Label:
    case TypeKind::Set:
      return false;
    case TypeKind::Probability:
    case TypeKind::Similarity:
    case TypeKind::Contrast:
    case TypeKind::Score:
    case TypeKind::Int:
    case TypeKind::Number:
    case TypeKind::Tokens:
    case TypeKind::Money:
    case TypeKind::Duration:
      return true;
  }
  return false;
}

bool is_scored(TypeKind kind) {
  return kind == TypeKind::Probability || kind == TypeKind::Similarity || kind == TypeKind::Contrast || kind == TypeKind::Score;
}

bool is_constant(const Expr& expr) {
  return std::holds_alternative<BoolValue>(expr.node) || std::holds_alternative<NumberValue>(expr.node) ||
         std::holds_alternative<TextValue>(expr.node) || std::holds_alternative<LabelValue>(expr.node) ||
         std::holds_alternative<ListValue>(expr.node);
}

std::string a_type(const Type& type) {
  switch (type.kind) {
    case TypeKind::Bool:
      return "a bool";
    case TypeKind::Probability:
      return "a probability";
    case TypeKind::Similarity:
      return "a similarity";
    case TypeKind::Contrast:
      return "a contrast";
    case TypeKind::Score:
      return "a score";
    case TypeKind::Int:
      return "an int";
    case TypeKind::Number:
      return "a number";
    case TypeKind::Tokens:
      return "a number of tokens";
    case TypeKind::Money:
      return "an amount of money";
    case TypeKind::Duration:
      return "a duration";
    case TypeKind::Text:
      return "a text";
    case TypeKind::Label:
      return type.members.size() <= 8 ? "a label of " + to_string(type) : "a label";
    case TypeKind::Set:
      return type.members.size() <= 8 ? "a " + to_string(type) : "a set";
  }
  return {};
}

std::string why_incomparable(const Type& left, const Type& right) {
  if (left.kind == right.kind && left.space == right.space && left.kind != TypeKind::Score) return {};
  if (left.kind == TypeKind::Score && right.kind == TypeKind::Score)
    return "a weighted sum is a kind of its own and compares with constants only";
  if (left.kind == TypeKind::Similarity && right.kind == TypeKind::Similarity)
    return "similarities of different encoders are not on one scale";
  if (left.kind == right.kind) return "they are on different scales";
  if (is_scored(left.kind) && is_scored(right.kind))
    return "a probability is calibrated, a similarity belongs to its encoder, a contrast is a difference and a score is a sum: none can be "
           "held against another; compare each with a constant, or weigh both in a sum";
  return a_type(left) + " and " + a_type(right) + " have different units";
}

std::string written(const Type& type, Decimal value) {
  if (type.kind == TypeKind::Money) return value.digits < 0 ? "-$" + to_string(negated(value)) : "$" + to_string(value);
  if (type.kind != TypeKind::Duration) return to_string(value);
  if (auto seconds = shift_right(value, 6); seconds && seconds->scale == 0) return to_string(*seconds) + "s";
  if (auto millis = shift_right(value, 3); millis && millis->scale == 0) return to_string(*millis) + "ms";
  return to_string(value) + "us";
}

std::optional<uint32_t> member_index(const Type& type, std::string_view member) {
  auto found = std::ranges::find(type.members, member);
  if (found == type.members.end()) return std::nullopt;
  return static_cast<uint32_t>(found - type.members.begin());
}

std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kMost = 12;
  std::string result;
  size_t shown = std::min(names.size(), kMost);
  for (size_t i = 0; i < shown; ++i) {
    if (i) result += i + 1 == names.size() ? " and " : ", ";
    result += "`" + names[i] + "`";
  }
  if (shown < names.size()) result += " and " + std::to_string(names.size() - shown) + " more";
  return result;
}

std::optional<Decimal> add(Decimal a, Decimal b) {
  int scale = std::max(a.scale, b.scale);
  std::optional<int64_t> x = scaled(a, scale, Rounding::Down), y = scaled(b, scale, Rounding::Down);
  int64_t sum = 0;
  if (!x || !y || __builtin_add_overflow(*x, *y, &sum)) return std::nullopt;
  return shift_right(Decimal{sum, 0}, scale);
}

std::optional<Decimal> product(Decimal a, Decimal b) {
  std::optional<Decimal> digits = multiply(Decimal{a.digits, 0}, b.digits);
  if (!digits) return std::nullopt;
  return shift_right(*digits, a.scale + b.scale);
}

Decimal negated(Decimal value) {
  value.digits = -value.digits;
  return value;
}

std::optional<Decimal> reciprocal(Decimal value) {
  if (value.digits == 0) return std::nullopt;
  constexpr int kPlaces = 9;
  int64_t power = 1;
  for (int i = 0; i < kPlaces; ++i) power *= 10;
  std::optional<Decimal> whole = multiply(Decimal{power, 0}, 1);
  for (int i = 0; i < value.scale && whole; ++i) whole = multiply(*whole, 10);
  if (!whole || whole->scale != 0 || whole->digits % value.digits != 0) return std::nullopt;
  return shift_right(Decimal{whole->digits / value.digits, 0}, kPlaces);
}

}  // namespace sbx::sema
