// SPDX-License-Identifier: Apache-2.0
// Questions about types, and how messages speak of them.
#pragma once

#include <string>

#include "compiler/sema/expr.h"

namespace sbx::sema {

/// Whether readings of this kind are numbers (Bool, Text, Label and Set are not).
[[nodiscard]] bool is_numeric(TypeKind kind);
/// probability, similarity, contrast, score: what `best` and `argmax` compare.
[[nodiscard]] bool is_scored(TypeKind kind);
[[nodiscard]] bool is_constant(const Expr& expr);
/// `a probability`, `an amount of money`, `one of {free, pro}`: for the middle of a sentence.
[[nodiscard]] std::string a_type(const Type& type);
/// Why two numeric types do not compare, in one sentence; empty where they do.
[[nodiscard]] std::string why_incomparable(const Type& left, const Type& right);
/// `value` in the unit of `kind` as an author writes it: `$5`, `200ms`, `0.8`.
[[nodiscard]] std::string written(const Type& type, Decimal value);
[[nodiscard]] std::optional<uint32_t> member_index(const Type& type, std::string_view member);
/// `a`, `b` and `c`, in backticks.
[[nodiscard]] std::string listed(const std::vector<std::string>& names);
/// Exactly a + b, a - b, a * b; nothing on overflow.
[[nodiscard]] std::optional<Decimal> add(Decimal a, Decimal b);
[[nodiscard]] std::optional<Decimal> product(Decimal a, Decimal b);
[[nodiscard]] Decimal negated(Decimal value);
/// 1 / value where that is a decimal of at most nine places.
[[nodiscard]] std::optional<Decimal> reciprocal(Decimal value);

}  // namespace sbx::sema
