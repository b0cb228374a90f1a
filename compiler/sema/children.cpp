// SPDX-License-Identifier: Apache-2.0
// Walking typed expressions.
#include <unordered_set>
#include <utility>

#include "compiler/sema/check.h"

namespace sbx::sema {

std::vector<const Expr*> children(const Expr& expr) {
  std::vector<const Expr*> result;
  auto each = [&](const std::vector<Expr>& list) {
    for (const Expr& one : list) result.push_back(&one);
  };
  std::visit(overloaded{
                 [](const BoolValue&) {},
                 [](const NumberValue&) {},
                 [](const TextValue&) {},
                 [](const LabelValue&) {},
                 [&](const ListValue& e) { each(e.items); },
                 [](const SignalRef&) {},
                 [](const ConfidenceOf&) {},
                 [](const DecisionRef&) {},
                 [&](const Not& e) { result = {&*e.operand}; },
                 [&](const And& e) { each(e.operands); },
                 [&](const Or& e) { each(e.operands); },
                 [&](const Compare& e) {
                   result = {&*e.left, &*e.right};
                 },
                 [&](const OneOf& e) {
                   result.push_back(&*e.operand);
                   each(e.of);
                 },
                 [&](const Has& e) { result = {&*e.set}; },
                 [&](const Known& e) { result = {&*e.operand}; },
                 [&](const WeightedSum& e) { each(e.terms); },
                 [&](const AboveThreshold& e) { result = {&*e.operand}; },
                 [&](const Extreme& e) { each(e.values); },
                 [&](const Lerp& e) { result = {&*e.operand}; },
                 [&](const Bands& e) { result = {&*e.operand}; },
                 [&](const ArgMax& e) { each(e.values); },
                 [&](const OrElse& e) {
                   result = {&*e.operand, &*e.fallback};
                 },
                 [&](const Conditional& e) {
                   result = {&*e.condition, &*e.then, &*e.otherwise};
                 },
                 [](const TableLookup&) {},
             },
             expr.node);
  return result;
}

std::vector<Expr*> children(Expr& expr) {
  std::vector<Expr*> result;
  for (const Expr* child : children(std::as_const(expr))) result.push_back(const_cast<Expr*>(child));
  return result;
}

void each_below(const Policy& policy, const Expr& expr, const std::function<void(const Expr&)>& visit) {
  std::unordered_set<uint32_t> seen;
  std::vector<const Expr*> open{&expr};
  while (!open.empty()) {
    const Expr* next = open.back();
    open.pop_back();
    visit(*next);
    for (const Expr* child : children(*next)) open.push_back(child);
    if (const auto* ref = std::get_if<SignalRef>(&next->node)) {
      const Symbol& symbol = policy.symbols[ref->symbol];
      if (symbol.value && seen.insert(ref->symbol.index).second) open.push_back(&*symbol.value);
    }
    if (const auto* lookup = std::get_if<TableLookup>(&next->node)) {
      for (const Expr& input : policy.decision_tables[lookup->table].inputs) open.push_back(&input);
    }
  }
}

}  // namespace sbx::sema
