// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/constant.h"

namespace sbx::sema {
namespace {

std::optional<Constant> list_constant(const std::vector<ast::Expr>& items) {
  ConstantList list;
  for (const ast::Expr& item : items) {
    std::optional<Constant> one = plain_constant(item);
    if (!one) return std::nullopt;
    list.push_back(std::move(*one));
  }
  return Constant{std::move(list)};
}

std::string key_text(const ast::Field& field) {
  if (!field.key) return {};
  const ast::Expr& key = **field.key;
  if (const auto* number = std::get_if<ast::Number>(&key.node)) return to_string(number->value);
  if (const auto* text = std::get_if<ast::String>(&key.node)) return text->value;
  return std::string(field.name());
}

std::optional<ConstantRecord> record_constant(const std::vector<ast::Field>& fields) {
  ConstantRecord record;
  for (const ast::Field& field : fields) {
    if (!field.value) return std::nullopt;
    std::optional<Constant> one = plain_constant(**field.value);
    if (!one) return std::nullopt;
    record.emplace_back(key_text(field), std::move(*one));
  }
  return record;
}

/// A nested call, `bodies(first: 2KiB)`: a record whose first field, named "", is the callee.
std::optional<Constant> call_constant(const ast::Call& call) {
  std::optional<ConstantRecord> record = record_constant(call.arguments);
  if (!record) return std::nullopt;
  record->insert(record->begin(), {"", Constant{call.callee.text()}});
  return Constant{std::move(*record)};
}

}  // namespace

std::optional<Constant> plain_constant(const ast::Expr& expr) {
  return std::visit(overloaded{
                        [](const ast::Number& v) { return std::optional(Constant{v.value}); },
                        [](const ast::String& v) { return std::optional(Constant{v.value}); },
                        [](const ast::Bool& v) { return std::optional(Constant{v.value}); },
                        [](const ast::Reference& v) { return std::optional(Constant{v.path.text()}); },
                        [](const ast::List& v) { return list_constant(v.items); },
                        [](const ast::Record& v) -> std::optional<Constant> {
                          std::optional<ConstantRecord> record = record_constant(v.fields);
                          if (!record) return std::nullopt;
                          return Constant{std::move(*record)};
                        },
                        [](const ast::Call& v) { return call_constant(v); },
                        [](const ast::Negate& v) -> std::optional<Constant> {
                          std::optional<Constant> operand = plain_constant(*v.operand);
                          if (!operand || !std::holds_alternative<Decimal>(operand->value)) return std::nullopt;
                          Decimal value = std::get<Decimal>(operand->value);
                          value.digits = -value.digits;
                          return Constant{value};
                        },
                        [](const ast::Parenthesized& v) { return plain_constant(*v.inner); },
                        [](const auto&) { return std::optional<Constant>(); },
                    },
                    expr.node);
}

const ast::Expr& bare(const ast::Expr& expr) {
  const ast::Expr* inner = &expr;
  while (const auto* parens = std::get_if<ast::Parenthesized>(&inner->node)) inner = &*parens->inner;
  return *inner;
}

const ast::Name* bare_word(const ast::Expr& expr) {
  const auto* reference = std::get_if<ast::Reference>(&bare(expr).node);
  return reference && reference->path.parts.size() == 1 ? &reference->path.parts.front() : nullptr;
}

}  // namespace sbx::sema
