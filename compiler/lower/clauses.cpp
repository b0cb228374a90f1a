// SPDX-License-Identifier: Apache-2.0
#include "compiler/lower/clauses.h"

#include <algorithm>

namespace sbx::lower {
namespace {

/// Calls `visit` for every signal that `expr` names, derived ones included but not what they are made of.
template <class Visit>
void each_symbol(const sema::Expr& expr, const Visit& visit) {
  auto each = [&](const auto& list) {
    for (const sema::Expr& item : list) each_symbol(item, visit);
  };
  std::visit(overloaded{
                 [&](const sema::SignalRef& v) { visit(v.symbol); },
                 [&](const sema::ConfidenceOf& v) { visit(v.symbol); },
                 [&](const sema::Not& v) { each_symbol(*v.operand, visit); },
                 [&](const sema::And& v) { each(v.operands); },
                 [&](const sema::Or& v) { each(v.operands); },
                 [&](const sema::Compare& v) {
                   each_symbol(*v.left, visit);
                   each_symbol(*v.right, visit);
                 },
                 [&](const sema::OneOf& v) {
                   each_symbol(*v.operand, visit);
                   each(v.of);
                 },
                 [&](const sema::Has& v) { each_symbol(*v.set, visit); },
                 [&](const sema::Known& v) { each_symbol(*v.operand, visit); },
                 [&](const sema::WeightedSum& v) { each(v.terms); },
                 [&](const sema::AboveThreshold& v) { each_symbol(*v.operand, visit); },
                 [&](const sema::Extreme& v) { each(v.values); },
                 [&](const sema::Lerp& v) { each_symbol(*v.operand, visit); },
                 [&](const sema::Bands& v) { each_symbol(*v.operand, visit); },
                 [&](const sema::ArgMax& v) { each(v.values); },
                 [&](const sema::OrElse& v) { each_symbol(*v.operand, visit); },
                 [&](const sema::Conditional& v) {
                   each_symbol(*v.condition, visit);
                   each_symbol(*v.then, visit);
                   each_symbol(*v.otherwise, visit);
                 },
                 [](const auto&) {},
             },
             expr.node);
}

void collect_signals(const sema::Policy& policy, Leaves& leaves, const sema::Expr& expr, std::vector<SignalId>& signals) {
  each_symbol(expr, [&](sema::SymbolId symbol) {
    if (!leaves.is_read(symbol)) return collect_signals(policy, leaves, *policy.symbols[symbol].value, signals);
    SignalId id = leaves.signal(symbol);
    if (std::ranges::find(signals, id) == signals.end()) signals.push_back(id);
  });
}

struct Clauses {
  const sema::Policy& policy;
  const SourceSet& sources;
  Expressions& expressions;
  Leaves& leaves;

  // `turned`: its text is what the author negates. `a != b` is a negation too, and says so itself.
  Clause make(const sema::Expr& expr, bool negated, bool turned) {
    if (const auto* inner = std::get_if<sema::Not>(&expr.node)) {
      const bool is_written = inner->operand->span != expr.span;
      return make(*inner->operand, !negated, turned != is_written);
    }
    Clause clause{.text = (turned ? "not " : "") + std::string(sources.text(expr.span)), .place = place_of(sources, expr.span)};
    Verdict verdict = expressions.boolean(expr);
    clause.holds = negated ? verdict.fails : verdict.holds;
    clause.fails = negated ? verdict.holds : verdict.fails;
    auto descend = [&](const std::vector<sema::Expr>& operands, Clause::Shape shape) {
      clause.shape = shape;
      for (const sema::Expr& operand : operands) clause.children.push_back(make(operand, negated, turned));
    };
    if (const auto* both = std::get_if<sema::And>(&expr.node)) {
      descend(both->operands, negated ? Clause::Shape::Any : Clause::Shape::All);
    } else if (const auto* either = std::get_if<sema::Or>(&expr.node)) {
      descend(either->operands, negated ? Clause::Shape::All : Clause::Shape::Any);
    } else {
      collect_signals(policy, leaves, expr, clause.signals);
    }
    return clause;
  }
};

}  // namespace

Clause clause_of(const sema::Policy& policy, const SourceSet& sources, Expressions& expressions, Leaves& leaves, const sema::Expr& expr) {
  return Clauses{policy, sources, expressions, leaves}.make(expr, false, false);
}

}  // namespace sbx::lower
