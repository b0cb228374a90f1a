// SPDX-License-Identifier: Apache-2.0
// Constants without a type: what stands in an argument, a model's field or an attribute.
#pragma once

#include <optional>

#include "compiler/syntax/ast.h"
#include "runtime/program/types.h"

namespace sbx::sema {

/// The letter of ASCII in lower case; others stay.
[[nodiscard]] constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The constant that `expr` writes, bare words as text; nothing where it is none (it reads or computes something).
[[nodiscard]] std::optional<Constant> plain_constant(const ast::Expr& expr);

/// `expr` without the parentheses around it.
[[nodiscard]] const ast::Expr& bare(const ast::Expr& expr);

/// The one identifier that `expr` is, or null.
[[nodiscard]] const ast::Name* bare_word(const ast::Expr& expr);

}  // namespace sbx::sema
