// SPDX-License-Identifier: Apache-2.0
// Typed expressions as stable text.
#include "compiler/sema/print.h"
#include "compiler/sema/types.h"

namespace sbx::sema {
namespace {

std::string_view text_of(CompareOp op) {
  switch (op) {
    case CompareOp::Equal:
      return "==";
    case CompareOp::NotEqual:
      return "!=";
    case CompareOp::Less:
      return "<";
    case CompareOp::LessEqual:
      return "<=";
    case CompareOp::Greater:
      return ">";
    case CompareOp::GreaterEqual:
      return ">=";
  }
  return {};
}

std::string field_text(const Policy& policy, const DecisionRef& ref) {
  switch (ref.field) {
    case DecisionField::Route:
      return "route";
    case DecisionField::Outcome:
      return "outcome";
    case DecisionField::Model:
      return "model";
    case DecisionField::ModelName:
      return "model.name";
    case DecisionField::Provider:
      return "model.provider";
    case DecisionField::Attribute:
      return "model." + policy.attributes[ref.attribute].name;
    case DecisionField::Slot:
      return "slot " + policy.slots[ref.slot].facts.name;
    case DecisionField::CallsMax:
      return "calls.max";
    case DecisionField::CostMax:
      return "cost.max";
    case DecisionField::LatencyMax:
      return "latency.max";
    case DecisionField::ContextTokens:
      return "model.context";
    case DecisionField::OutputTokens:
      return "model.output";
    case DecisionField::Can:
      return "model.can has " + ref.capability;
  }
  return {};
}

class Printer {
 public:
  explicit Printer(const Policy& policy) : policy_(policy) {}

  std::string print(const Expr& expr) {
    return std::visit(
        overloaded{
            [](const BoolValue& e) { return std::string(e.value ? "true" : "false"); },
            [&](const NumberValue& e) { return written(expr.type, e.value); },
            [](const TextValue& e) { return to_string(Constant{e.text}); },
            [&](const LabelValue& e) { return expr.type.members.at(e.index); },
            [&](const ListValue& e) { return "[" + list(e.items, ", ") + "]"; },
            [&](const SignalRef& e) { return policy_.symbols[e.symbol].name; },
            [&](const ConfidenceOf& e) { return policy_.symbols[e.symbol].name + ".confidence"; },
            [&](const DecisionRef& e) { return field_text(policy_, e); },
            [&](const Not& e) { return "not " + nested(*e.operand); },
            [&](const And& e) { return list(e.operands, " and "); },
            [&](const Or& e) { return list(e.operands, " or "); },
            [&](const Compare& e) { return nested(*e.left) + " " + std::string(text_of(e.op)) + " " + nested(*e.right); },
            [&](const OneOf& e) { return nested(*e.operand) + " in [" + list(e.of, ", ") + "]"; },
            [&](const Has& e) { return nested(*e.set) + " has " + to_string(Constant{e.member}); },
            [&](const Known& e) { return nested(*e.operand) + "?"; },
            [&](const WeightedSum& e) {
              std::string text;
              for (size_t i = 0; i < e.terms.size(); ++i) text += (i ? " + " : "") + to_string(e.weights[i]) + " * " + nested(e.terms[i]);
              return e.constant.digits ? text + " + " + to_string(e.constant) : text;
            },
            [&](const AboveThreshold& e) { return nested(*e.operand) + " above " + to_string(e.threshold); },
            [&](const Extreme& e) { return std::string(e.maximum ? "max(" : "min(") + list(e.values, ", ") + ")"; },
            [&](const Lerp& e) {
              std::string text = "lerp(" + print(*e.operand);
              for (const LerpPoint& point : e.points) text += ", " + to_string(point.x) + ": " + to_string(point.y);
              return text + ")";
            },
            [&](const Bands& e) {
              std::string text = "bands(" + print(*e.operand);
              for (size_t i = 0; i < e.bounds.size(); ++i)
                text += ", " + expr.type.members.at(i) + ": " + (e.inclusive[i] ? "<= " : "< ") + to_string(e.bounds[i]);
              return text + ", " + expr.type.members.at(e.bounds.size()) + ")";
            },
            [&](const ArgMax& e) {
              std::string text = "argmax { ";
              for (size_t i = 0; i < e.values.size(); ++i) text += expr.type.members.at(e.labels[i]) + ": " + print(e.values[i]) + " ";
              return text + "} margin " + to_string(e.margin) + (e.ordered_ties ? " ordered" : "") + " none " +
                     expr.type.members.at(e.none);
            },
            [&](const OrElse& e) { return nested(*e.operand) + " or else " + print(*e.fallback); },
            [&](const Conditional& e) { return nested(*e.then) + " if " + nested(*e.condition) + " else " + nested(*e.otherwise); },
            [&](const TableLookup& e) { return policy_.decision_tables[e.table].name; },
        },
        expr.node);
  }

 private:
  std::string list(const std::vector<Expr>& items, std::string_view between) {
    std::string text;
    for (size_t i = 0; i < items.size(); ++i) text += (i ? std::string(between) : "") + nested(items[i]);
    return text;
  }

  std::string nested(const Expr& expr) {
    bool simple = is_constant(expr) || std::holds_alternative<SignalRef>(expr.node) || std::holds_alternative<ConfidenceOf>(expr.node) ||
                  std::holds_alternative<DecisionRef>(expr.node) || std::holds_alternative<Known>(expr.node) ||
                  std::holds_alternative<TableLookup>(expr.node) || std::holds_alternative<Extreme>(expr.node) ||
                  std::holds_alternative<Lerp>(expr.node) || std::holds_alternative<Bands>(expr.node);
    return simple ? print(expr) : "(" + print(expr) + ")";
  }

  const Policy& policy_;
};

}  // namespace

std::string print(const Policy& policy, const Expr& expr) { return Printer(policy).print(expr); }

}  // namespace sbx::sema
