// SPDX-License-Identifier: Apache-2.0
// Typed expressions → values and guards of the graph. A Boolean becomes two guards, that it holds and that it
// fails; an unknown reading leaves both undecided. What only a decision has (route, model) is a constant here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/builder.h"
#include "compiler/lower/leaves.h"

namespace sbx::lower {

/// A Boolean expression: guards that are certain when it is true, and when it is false.
struct Verdict {
  GuardId holds;
  GuardId fails;
};

/// A number or a label: raw integers with `places` decimal places.
struct Quantity {
  ValueId value;
  int places = 0;
};

/// A derived number or label as the policy calls it.
struct DerivedValue {
  std::string name;
  Type type;
  Quantity quantity;
};

/// The attempt for which an expression is lowered: rules and narrowings may read it.
struct Attempt {
  std::optional<uint32_t> route;  // a RouteId's index, or kOtherwise
  std::optional<ModelId> model;
};

class Expressions {
 public:
  Expressions(const sema::Policy& policy, Leaves& leaves, ir::GraphBuilder& graph) : policy_(policy), leaves_(leaves), graph_(graph) {}

  /// All lowering until the next call is for this attempt.
  void set_attempt(Attempt attempt) { attempt_ = attempt; }

  Verdict boolean(const sema::Expr& expr);
  Quantity quantity(const sema::Expr& expr);
  /// That the label or text `expr` is one of `labels` (names).
  Verdict one_of(const sema::Expr& expr, const std::vector<std::string>& labels);
  /// All derived numbers and labels that were lowered.
  [[nodiscard]] std::vector<DerivedValue> derived() const;
  /// The same quantity with more places.
  ValueId rescaled(Quantity quantity, int places);

 private:
  Verdict symbol_verdict(sema::SymbolId symbol);
  Quantity symbol_quantity(sema::SymbolId symbol);
  Verdict fixed(bool value) { return {graph_.fixed(value), graph_.fixed(!value)}; }
  Verdict unknown() { return {graph_.fixed(false), graph_.fixed(false)}; }
  Verdict conjunction(const std::vector<Verdict>& parts);
  Verdict disjunction(const std::vector<Verdict>& parts);
  Verdict negated(Verdict verdict) { return {verdict.fails, verdict.holds}; }
  Verdict compare(const sema::Compare& compare);
  Verdict compare_constant(Quantity left, sema::CompareOp op, Decimal bound);
  Verdict compare_labels(sema::CompareOp op, const sema::Expr& left, const sema::Expr& right);
  Verdict one_of(const sema::OneOf& one_of);
  Verdict in_set(ValueId value, std::vector<int64_t> indices);
  Verdict table_row_is(const sema::DecisionTable& table, const std::vector<std::string>& labels);
  Verdict known(const sema::Expr& operand);
  Quantity weighted_sum(const sema::WeightedSum& sum);
  Quantity extreme(const sema::Extreme& extreme);
  Quantity lerp(const sema::Lerp& lerp);
  Quantity bands(const sema::Bands& bands);
  Quantity argmax(const sema::ArgMax& argmax);
  ValueId truth(const sema::Expr& expr);
  std::vector<Quantity> common_places(const std::vector<sema::Expr>& exprs);
  /// The name that an attempt's field has: of its route, model, provider, or an attribute's label.
  std::optional<std::string> attempt_text(const sema::DecisionRef& ref) const;
  /// How many attempts the route can make, the model's window, an attribute.
  std::optional<Decimal> attempt_number(const sema::DecisionRef& ref) const;

  const sema::Outcome* attempt_outcome() const;

  const sema::Policy& policy_;
  Leaves& leaves_;
  ir::GraphBuilder& graph_;
  Attempt attempt_;
  std::map<sema::SymbolId, Verdict> verdicts_;
  std::map<sema::SymbolId, Quantity> quantities_;
};

/// Which fields of a decision `expr` reads, itself or through decision tables. Signals read none.
struct DecisionReads {
  bool route = false;
  bool model = false;
  bool other = false;  // slots, cost and latency: not known while the graph is evaluated
};
[[nodiscard]] DecisionReads decision_reads(const sema::Policy& policy, const sema::Expr& expr);

}  // namespace sbx::lower
