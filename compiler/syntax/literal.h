// SPDX-License-Identifier: Apache-2.0
// What a written number or string stands for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/syntax/ast.h"

namespace sbx::syntax {

enum class NumberProblem { None, UnknownUnit, TooLarge, Malformed };
struct NumberValue {
  Decimal value;
  ast::Unit unit = ast::Unit::None;
  NumberProblem problem = NumberProblem::None;
};
/// `32k`, `$0.05/M`, `5%`, `200ms`, `4KiB`, `0.80`: no sign.
[[nodiscard]] NumberValue read_number(std::string_view text);

struct StringValue {
  std::string text;
  std::optional<std::pair<size_t, size_t>> bad_escape;  // bytes from the start of the literal
};
/// The value of `"…"` (escapes resolved) or `"""…"""` (taken as it stands); the closing quotes may be missing.
[[nodiscard]] StringValue read_string(std::string_view literal);

}  // namespace sbx::syntax
