// SPDX-License-Identifier: Apache-2.0
// Inside the room only: the one-line pieces that print.cpp puts together.
#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/print.h"

namespace sbx::syntax {

[[nodiscard]] std::string line_of(const ast::TypeExpr& type, PrintOptions options);
[[nodiscard]] std::string line_of(const ast::Field& field, PrintOptions options);
[[nodiscard]] std::string line_of(const std::vector<ast::Field>& fields, PrintOptions options);
[[nodiscard]] std::string line_of(const ast::Attempt& attempt, PrintOptions options);
[[nodiscard]] std::string line_of(const std::vector<ast::Path>& paths);
[[nodiscard]] std::string place_of(Span span, PrintOptions options);

}  // namespace sbx::syntax
