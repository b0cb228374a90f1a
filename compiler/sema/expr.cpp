// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/expr.h"

namespace sbx::sema {

std::optional<Constant> constant_of(const Expr& expr) {
  return std::visit(overloaded{
                        [](const BoolValue& v) -> std::optional<Constant> { return Constant{v.value}; },
                        [](const NumberValue& v) -> std::optional<Constant> { return Constant{v.value}; },
                        [](const TextValue& v) -> std::optional<Constant> { return Constant{v.text}; },
                        [&](const LabelValue& v) -> std::optional<Constant> { return Constant{expr.type.members.at(v.index)}; },
                        [](const ListValue& v) -> std::optional<Constant> {
                          ConstantList list;
                          for (const Expr& item : v.items) {
                            std::optional<Constant> constant = constant_of(item);
                            if (!constant) return std::nullopt;
                            list.push_back(std::move(*constant));
                          }
                          return Constant{std::move(list)};
                        },
                        [](const auto&) -> std::optional<Constant> { return std::nullopt; },
                    },
                    expr.node);
}

}  // namespace sbx::sema
