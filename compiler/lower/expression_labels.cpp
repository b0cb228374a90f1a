// SPDX-License-Identifier: Apache-2.0
// Labels, texts and decision tables, and what an attempt settles: comparisons by the names of members, so that two
// closed sets that share names can meet.
#include <algorithm>
#include <limits>

#include "compiler/lower/expression.h"

namespace sbx::lower {
namespace {

constexpr int64_t kLow = std::numeric_limits<int64_t>::min();
constexpr int64_t kHigh = std::numeric_limits<int64_t>::max();

bool contains(const std::vector<std::string>& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

/// The name a constant label or text has; nothing for what is not constant.
std::optional<std::string> constant_text(const sema::Expr& expr) {
  if (const auto* label = std::get_if<sema::LabelValue>(&expr.node)) return expr.type.members.at(label->index);
  if (const auto* text = std::get_if<sema::TextValue>(&expr.node)) return text->text;
  if (const auto* flag = std::get_if<sema::BoolValue>(&expr.node)) return flag->value ? "true" : "false";
  return std::nullopt;
}

bool compares(sema::CompareOp op, int64_t left, int64_t right) {
  switch (op) {
    case sema::CompareOp::Equal:
      return left == right;
    case sema::CompareOp::NotEqual:
      return left != right;
    case sema::CompareOp::Less:
      return left < right;
    case sema::CompareOp::LessEqual:
      return left <= right;
    case sema::CompareOp::Greater:
      return left > right;
    case sema::CompareOp::GreaterEqual:
      return left >= right;
  }
  SBX_CHECK(false, "no such comparison");
  return false;
}

int64_t index_of(const std::vector<std::string>& members, const std::string& name) {
  auto found = std::ranges::find(members, name);
  return found == members.end() ? -1 : found - members.begin();
}

/// The members of `left` (a closed, ordered set) that stand in relation `op` to `name`, itself one of `scale`.
std::vector<std::string> related(const std::vector<std::string>& members, sema::CompareOp op, const std::vector<std::string>& scale,
                                 const std::string& name) {
  std::vector<std::string> result;
  for (const std::string& member : members) {
    int64_t a = index_of(scale, member), b = index_of(scale, name);
    if (op == sema::CompareOp::Equal      ? member == name
        : op == sema::CompareOp::NotEqual ? member != name
                                          : a >= 0 && b >= 0 && compares(op, a, b)) {
      result.push_back(member);
    }
  }
  return result;
}

}  // namespace

Verdict Expressions::compare_labels(sema::CompareOp op, const sema::Expr& left, const sema::Expr& right) {
  if (std::optional<std::string> name = constant_text(right)) {
    if (left.type.kind == TypeKind::Text || left.type.members.empty()) {
      Verdict equal = one_of(left, {*name});
      return op == sema::CompareOp::NotEqual ? negated(equal) : equal;
    }
    return one_of(left, related(left.type.members, op, left.type.members, *name));
  }
  if (const auto* field = std::get_if<sema::DecisionRef>(&left.node)) {
    std::optional<std::string> name = attempt_text(*field);
    if (!name) return unknown();
    const std::vector<std::string>& scale = left.type.members;
    std::vector<std::string> matching;
    for (const std::string& member : right.type.members) {
      if (!related({*name}, op, scale, member).empty()) matching.push_back(member);
    }
    if (right.type.kind == TypeKind::Text) return one_of(right, {*name});
    return one_of(right, matching);
  }
  std::optional<ValueId> difference = graph_.sum({{1, quantity(left).value}, {-1, quantity(right).value}}, 0);
  SBX_CHECK(difference, "a difference of labels cannot overflow");
  return compare_constant({*difference, 0}, op, Decimal{});
}

Verdict Expressions::one_of(const sema::OneOf& one_of_expr) {
  std::vector<std::string> names;
  std::vector<Verdict> parts;
  for (const sema::Expr& item : one_of_expr.of) {
    if (std::optional<std::string> name = constant_text(item)) {
      names.push_back(*name);
    } else {
      parts.push_back(compare_labels(sema::CompareOp::Equal, *one_of_expr.operand, item));
    }
  }
  if (!names.empty()) parts.push_back(one_of(*one_of_expr.operand, names));
  return disjunction(parts);
}

Verdict Expressions::one_of(const sema::Expr& expr, const std::vector<std::string>& labels) {
  if (std::optional<std::string> name = constant_text(expr)) return fixed(contains(labels, *name));
  if (const auto* field = std::get_if<sema::DecisionRef>(&expr.node)) {
    std::optional<std::string> name = attempt_text(*field);
    return name ? fixed(contains(labels, *name)) : unknown();
  }
  if (const auto* lookup = std::get_if<sema::TableLookup>(&expr.node)) return table_row_is(policy_.decision_tables[lookup->table], labels);
  std::vector<int64_t> indices;
  if (expr.type.kind == TypeKind::Text) {
    const auto* ref = std::get_if<sema::SignalRef>(&expr.node);
    SBX_CHECK(ref, "a text is read, not computed");
    if (!leaves_.is_read(ref->symbol)) return one_of(*policy_.symbols[ref->symbol].value, labels);
    LeafId leaf = leaves_.value(ref->symbol);
    for (const std::string& label : labels) indices.push_back(leaves_.literal(leaf, label));
    return in_set(graph_.leaf(leaf), indices);
  }
  for (const std::string& label : labels) {
    if (int64_t index = index_of(expr.type.members, label); index >= 0) indices.push_back(index);
  }
  return in_set(quantity(expr).value, indices);
}

Verdict Expressions::in_set(ValueId value, std::vector<int64_t> indices) {
  std::ranges::sort(indices);
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  std::vector<GuardId> inside, outside;
  int64_t next = kLow;  // the first integer not yet placed
  for (size_t i = 0; i < indices.size();) {
    size_t last = i;
    while (last + 1 < indices.size() && indices[last + 1] == indices[last] + 1) ++last;
    inside.push_back(graph_.within(value, indices[i], indices[last]));
    outside.push_back(graph_.within(value, next, indices[i] - 1));
    next = indices[last] + 1;
    i = last + 1;
  }
  outside.push_back(graph_.within(value, next, kHigh));
  return {graph_.any(std::move(inside)), graph_.any(std::move(outside))};
}

Verdict Expressions::table_row_is(const sema::DecisionTable& table, const std::vector<std::string>& labels) {
  std::vector<Verdict> matching, others;
  for (const sema::DecisionTable::Row& row : table.rows) {
    std::vector<Verdict> cells;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i]) cells.push_back(one_of(table.inputs[i], {table.inputs[i].type.members.at(*row.cells[i])}));
    }
    Verdict applies = cells.empty() ? fixed(true) : conjunction(cells);
    (contains(labels, table.result.members.at(row.result)) ? matching : others).push_back(applies);
  }
  // Rows are disjoint or agree (sema checks), so a row of another result refutes.
  GuardId holds = matching.empty() ? graph_.fixed(false) : disjunction(matching).holds;
  GuardId fails = others.empty() ? graph_.fixed(false) : disjunction(others).holds;
  return {holds, fails};
}

std::optional<std::string> Expressions::attempt_text(const sema::DecisionRef& ref) const {
  using Field = sema::DecisionField;
  if (ref.field == Field::Route) {
    if (!attempt_.route) return std::nullopt;
    return *attempt_.route == kOtherwise ? std::string("otherwise") : policy_.routes[RouteId{*attempt_.route}].name;
  }
  if (ref.field == Field::Outcome) {
    const sema::Outcome* outcome = attempt_outcome();
    if (!outcome || outcome->candidates.empty()) return std::nullopt;
    return std::visit(overloaded{[](const Denial&) { return "deny"; }, [](const Response&) { return "respond"; },
                                 [](const Escalation&) { return "escalate"; }, [](const auto&) { return "call"; }},
                      outcome->candidates.front().target);
  }
  if (!attempt_.model) return std::nullopt;
  const sema::Model& model = policy_.models[*attempt_.model];
  switch (ref.field) {
    case Field::Model:
      return model.name;
    case Field::ModelName:
      return model.facts.served_name;
    case Field::Provider:
      return model.facts.provider;
    case Field::Can: {
      const auto& can = ref.capability;
      bool has = (can == "tools" && model.facts.tools) || (can == "vision" && model.facts.vision) ||
                 (can == "audio" && model.facts.audio) || (can == "json" && model.facts.json);
      return has ? "true" : "false";
    }
    case Field::Attribute:
      for (const auto& [attribute, value] : model.attributes) {
        if (attribute == ref.attribute) return constant_text(value);
      }
      return std::nullopt;
    case Field::Route:
    case Field::Outcome:
    case Field::Slot:
    case Field::CallsMax:
    case Field::CostMax:
    case Field::LatencyMax:
    case Field::ContextTokens:
    case Field::OutputTokens:
      return std::nullopt;
  }
  return std::nullopt;
}

const sema::Outcome* Expressions::attempt_outcome() const {
  if (!attempt_.route) return nullptr;
  if (*attempt_.route == kOtherwise) return policy_.otherwise ? &*policy_.otherwise : nullptr;
  return &policy_.routes[RouteId{*attempt_.route}].outcome;
}

std::optional<Decimal> Expressions::attempt_number(const sema::DecisionRef& ref) const {
  if (ref.field == sema::DecisionField::CallsMax) {
    const sema::Outcome* outcome = attempt_outcome();
    if (!outcome) return std::nullopt;
    return Decimal{std::ranges::count_if(outcome->candidates,
                                         [](const sema::Candidate& candidate) {
                                           return std::holds_alternative<sema::Ask>(candidate.target) ||
                                                  std::holds_alternative<sema::Selection>(candidate.target) ||
                                                  std::holds_alternative<sema::SplitChoice>(candidate.target);
                                         }),
                   0};
  }
  if (!attempt_.model) return std::nullopt;
  const sema::Model& model = policy_.models[*attempt_.model];
  if (ref.field == sema::DecisionField::ContextTokens && model.facts.context_tokens) return Decimal{*model.facts.context_tokens, 0};
  if (ref.field == sema::DecisionField::OutputTokens && model.facts.output_tokens) return Decimal{*model.facts.output_tokens, 0};
  if (ref.field != sema::DecisionField::Attribute) return std::nullopt;
  for (const auto& [attribute, value] : model.attributes) {
    if (attribute != ref.attribute) continue;
    if (const auto* number = std::get_if<sema::NumberValue>(&value.node)) return number->value;
  }
  return std::nullopt;
}

namespace {

void collect(const sema::Policy& policy, const sema::Expr& expr, DecisionReads& reads) {
  auto each = [&](const auto& list) {
    for (const sema::Expr& item : list) collect(policy, item, reads);
  };
  std::visit(overloaded{
                 [](const sema::BoolValue&) {},
                 [](const sema::NumberValue&) {},
                 [](const sema::TextValue&) {},
                 [](const sema::LabelValue&) {},
                 [&](const sema::ListValue& v) { each(v.items); },
                 [](const sema::SignalRef&) {},  // signals are pure: they read no decision
                 [](const sema::ConfidenceOf&) {},
                 [&](const sema::DecisionRef& v) {
                   using Field = sema::DecisionField;
                   switch (v.field) {
                     case Field::Route:
                     case Field::Outcome:
                     case Field::CallsMax:
                       reads.route = true;
                       break;
                     case Field::Slot:
                     case Field::CostMax:
                     case Field::LatencyMax:
                       reads.other = true;
                       break;
                     case Field::Model:
                     case Field::ModelName:
                     case Field::Provider:
                     case Field::Attribute:
                     case Field::ContextTokens:
                     case Field::OutputTokens:
                     case Field::Can:
                       reads.model = true;
                       break;
                   }
                 },
                 [&](const sema::Not& v) { collect(policy, *v.operand, reads); },
                 [&](const sema::And& v) { each(v.operands); },
                 [&](const sema::Or& v) { each(v.operands); },
                 [&](const sema::Compare& v) {
                   collect(policy, *v.left, reads);
                   collect(policy, *v.right, reads);
                 },
                 [&](const sema::OneOf& v) {
                   collect(policy, *v.operand, reads);
                   each(v.of);
                 },
                 [&](const sema::Has& v) { collect(policy, *v.set, reads); },
                 [&](const sema::Known& v) { collect(policy, *v.operand, reads); },
                 [&](const sema::WeightedSum& v) { each(v.terms); },
                 [&](const sema::AboveThreshold& v) { collect(policy, *v.operand, reads); },
                 [&](const sema::Extreme& v) { each(v.values); },
                 [&](const sema::Lerp& v) { collect(policy, *v.operand, reads); },
                 [&](const sema::Bands& v) { collect(policy, *v.operand, reads); },
                 [&](const sema::ArgMax& v) { each(v.values); },
                 [&](const sema::OrElse& v) { collect(policy, *v.operand, reads); },
                 [&](const sema::Conditional& v) {
                   collect(policy, *v.condition, reads);
                   collect(policy, *v.then, reads);
                   collect(policy, *v.otherwise, reads);
                 },
                 [&](const sema::TableLookup& v) { each(policy.decision_tables[v.table].inputs); },
             },
             expr.node);
}

}  // namespace

DecisionReads decision_reads(const sema::Policy& policy, const sema::Expr& expr) {
  DecisionReads reads;
  collect(policy, expr, reads);
  return reads;
}

}  // namespace sbx::lower
