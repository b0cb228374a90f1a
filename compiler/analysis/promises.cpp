// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/promises.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "compiler/analysis/actions.h"
#include "compiler/lower/expression.h"
#include "compiler/sema/check.h"
#include "runtime/base/variant.h"

namespace sbx::analysis {
namespace {

using namespace sema;

constexpr size_t kMostCases = 256;  // of one condition

/// What is said in the place of fields of a decision: of a slot, of `outcome`, of `calls.max`.
using Values = std::map<std::pair<DecisionField, SlotId>, std::optional<Constant>>;

std::pair<DecisionField, SlotId> key_of(SlotId slot) { return {DecisionField::Slot, slot}; }

const DecisionRef* decision(const Expr& expr, DecisionField field) {
  const auto* ref = std::get_if<DecisionRef>(&expr.node);
  return ref != nullptr && ref->field == field ? ref : nullptr;
}

bool reads(const Policy& policy, const Expr& expr, DecisionField field) {
  bool found = false;
  each_below(policy, expr, [&](const Expr& one) { found |= decision(one, field) != nullptr; });
  return found;
}

/// All values that a slot can have anywhere in the policy; nothing if that is not known.
std::optional<std::vector<std::optional<Constant>>> values_of(const Policy& policy, SlotId slot) {
  const sbx::Slot& facts = policy.slots[slot].facts;
  if (facts.kind == sbx::Slot::Kind::Set || facts.keyed) return std::nullopt;
  std::vector<std::optional<Constant>> values;
  const auto add = [&](std::optional<Constant> value) {
    if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
  };
  add(facts.initial);
  for_each_action(policy, [&](const sema::Action& action) {
    if (const auto* limit = std::get_if<sema::LimitSlot>(&action); limit && limit->slot == slot) {
      add(Constant{Decimal{limit->at_most, decimal_places(facts.type.kind)}});
    }
    const auto* set = std::get_if<sema::SetSlot>(&action);
    if (set == nullptr || set->slot != slot) return;
    if (const std::optional<Constant> value = constant_of(set->value)) return add(value);
    for (const std::string& member : set->value.type.members) add(Constant{member});
    if (set->value.type.kind == TypeKind::Bool) add(Constant{true}), add(Constant{false});
  });
  return values;
}

/// -1, 0 or 1; nothing where the two have no order.
std::optional<int> compared(const Constant& a, const Constant& b, const Type& type) {
  if (const auto* one = std::get_if<Decimal>(&a.value)) {
    const auto* other = std::get_if<Decimal>(&b.value);
    return other ? std::optional(compare(*one, *other)) : std::nullopt;
  }
  const auto place = [&](const Constant& of) {
    const auto* label = std::get_if<std::string>(&of.value);
    return label ? std::ranges::find(type.members, *label) - type.members.begin() : -1;
  };
  if (a == b) return 0;
  if (type.members.empty()) return std::nullopt;
  return place(a) < place(b) ? -1 : 1;
}

bool passes(CompareOp op, int order) {
  switch (op) {
    case CompareOp::Equal:
      return order == 0;
    case CompareOp::NotEqual:
      return order != 0;
    case CompareOp::Less:
      return order < 0;
    case CompareOp::LessEqual:
      return order <= 0;
    case CompareOp::Greater:
      return order > 0;
    case CompareOp::GreaterEqual:
      return order >= 0;
  }
  return false;
}

/// A test of a field for the value that it has; nothing if it is none that can be answered. A slot without a value equals nothing.
std::optional<bool> answered(const Expr& test, const Values& values) {
  const auto value_of = [&](const Expr& expr) -> const std::optional<Constant>* {
    const auto* ref = std::get_if<DecisionRef>(&expr.node);
    const auto found = ref ? values.find({ref->field, ref->field == DecisionField::Slot ? ref->slot : SlotId{}}) : values.end();
    return found == values.end() ? nullptr : &found->second;
  };
  if (const auto* known = std::get_if<Known>(&test.node)) {
    const std::optional<Constant>* value = value_of(*known->operand);
    return value ? std::optional(value->has_value()) : std::nullopt;
  }
  if (const auto* one = std::get_if<OneOf>(&test.node)) {
    const std::optional<Constant>* value = value_of(*one->operand);
    if (value == nullptr) return std::nullopt;
    bool is_one = false;
    for (const Expr& of : one->of) {
      const std::optional<Constant> constant = constant_of(of);
      if (!constant) return std::nullopt;
      is_one |= *value == constant;
    }
    return is_one;
  }
  if (const auto* comparison = std::get_if<Compare>(&test.node)) {
    const std::optional<Constant>* value = value_of(*comparison->left);
    const std::optional<Constant> constant = constant_of(*comparison->right);
    if (value == nullptr || !constant) return std::nullopt;
    if (!*value) return comparison->op == CompareOp::NotEqual;
    const std::optional<int> order = compared(**value, *constant, comparison->left->type);
    if (order) return passes(comparison->op, *order);
    if (comparison->op == CompareOp::Equal) return false;
    if (comparison->op == CompareOp::NotEqual) return true;
  }
  return std::nullopt;
}

/// Writes the answers of all tests of such fields into an expression; false if one of a slot has none.
bool write_answers(Expr& expr, const Values& values) {
  if (const std::optional<bool> answer = answered(expr, values)) {
    expr.node = BoolValue{*answer};
    return true;
  }
  if (decision(expr, DecisionField::Slot)) return false;
  return std::ranges::all_of(children(expr), [&](Expr* child) { return write_answers(*child, values); });
}

class SpellOut {
 public:
  explicit SpellOut(Policy& policy) : policy_(policy) {}

  std::vector<Required> run() {
    std::vector<Required> result;
    for (const Require& from : policy_.requires_) {
      Required required{from.span, {}};
      if (from.possible) {
        required.parts.push_back(possible(from));
      } else if (const auto* both = std::get_if<And>(&from.condition.node)) {
        for (const Expr& condition : both->operands) required.parts.push_back(part(from, condition));
      } else {
        required.parts.push_back(part(from, from.condition));
      }
      result.push_back(std::move(required));
    }
    policy_.requires_ = std::move(written_);
    return result;
  }

 private:
  static Promise open(std::string why) { return {.kind = Promise::Kind::Open, .why = std::move(why)}; }

  // What keeps a condition from being asked about, if anything does.
  std::optional<std::string> obstacle(const Require& from, const Expr& condition) const {
    const auto either = [&](DecisionField field) {
      return reads(policy_, condition, field) || (from.when && reads(policy_, *from.when, field));
    };
    if (either(DecisionField::LatencyMax)) return "`latency.max` is proved as `latency.max <= …s`, alone or joined by `and`";
    if (either(DecisionField::CostMax)) return "`cost.max` is proved as `cost.max <= $…`, alone or joined by `and`";
    return std::nullopt;
  }

  Promise part(const Require& from, const Expr& condition) {
    if (const std::optional<Promise> bound = spent(from, condition, DecisionField::CostMax)) return *bound;
    if (const std::optional<Promise> bound = spent(from, condition, DecisionField::LatencyMax)) return *bound;
    if (std::optional<std::string> why = obstacle(from, condition)) return open(std::move(*why));
    Promise promise{.kind = Promise::Kind::Always};
    if (!add_cases(from, condition, from.when, promise.cases)) return open(kNoValues);
    return promise;
  }

  // `cost.max <= $5`, `latency.max < 2s`, or the other way round.
  std::optional<Promise> spent(const Require& from, const Expr& condition, DecisionField field) {
    const auto* comparison = std::get_if<Compare>(&condition.node);
    if (comparison == nullptr || !decision(*comparison->left, field)) return std::nullopt;
    const auto* bound = std::get_if<NumberValue>(&comparison->right->node);
    const bool is_upper = comparison->op == CompareOp::LessEqual || comparison->op == CompareOp::Less;
    if (bound == nullptr || !is_upper || (from.when && obstacle(from, *from.when))) return std::nullopt;
    const std::optional<int64_t> micros = scaled(bound->value, decimal_places(comparison->left->type.kind), Rounding::Down);
    if (!micros) return std::nullopt;
    const Promise::Kind kind = field == DecisionField::CostMax ? Promise::Kind::Cost : Promise::Kind::Latency;
    Promise promise{.kind = kind, .bound = *micros, .reaches_bound = comparison->op == CompareOp::LessEqual};
    const Expr never{BoolValue{false}, {TypeKind::Bool}, condition.span};
    if (!add_cases(from, never, from.when, promise.cases)) return std::nullopt;
    return promise;
  }

  // One group for every choice of labels.
  Promise possible(const Require& from) {
    if (std::optional<std::string> why = obstacle(from, from.condition)) return open(std::move(*why));
    Promise promise{.kind = Promise::Kind::Possible};
    std::vector<std::pair<std::string, std::vector<Expr>>> groups{{"", {}}};
    for (const Expr& each : from.for_each) {
      std::vector<std::pair<std::string, std::vector<Expr>>> longer;
      for (const auto& [name, conditions] : groups) {
        for (uint32_t i = 0; i < each.type.members.size(); ++i) {
          longer.emplace_back(name + (name.empty() ? "" : ", ") + "`" + each.type.members[i] + "`", conditions);
          longer.back().second.push_back({OneOf{each, {{LabelValue{i}, each.type, each.span}}}, {TypeKind::Bool}, each.span});
        }
      }
      groups = std::move(longer);
      if (groups.size() > kMostCases) return open("it speaks of too many combinations of labels");
    }
    for (auto& [name, conditions] : groups) {
      if (from.when) conditions.push_back(*from.when);
      std::optional<Expr> when;
      if (!conditions.empty()) when = Expr{And{std::move(conditions)}, {TypeKind::Bool}, from.span};
      promise.groups.emplace_back(name, std::vector<PromiseCase>{});
      if (!add_cases(from, from.condition, when, promise.groups.back().second)) return open(kNoValues);
    }
    return promise;
  }

  std::set<SlotId> slots_of(const Expr& expr) const {
    std::set<SlotId> slots;
    each_below(policy_, expr, [&](const Expr& one) {
      if (const DecisionRef* ref = decision(one, DecisionField::Slot)) slots.insert(ref->slot);
    });
    return slots;
  }

  // One condition for every choice of values of the slots that it reads.
  bool add_cases(const Require& from, const Expr& condition, const std::optional<Expr>& when, std::vector<PromiseCase>& cases) {
    std::set<SlotId> slots = slots_of(condition);
    if (when) slots.merge(slots_of(*when));
    std::vector<Values> choices{{}};
    for (const SlotId slot : slots) {
      const auto values = values_of(policy_, slot);
      if (!values || choices.size() * values->size() > kMostCases) return false;
      std::vector<Values> longer;
      for (const Values& choice : choices) {
        for (const std::optional<Constant>& value : *values) {
          longer.push_back(choice);
          longer.back()[key_of(slot)] = value;
        }
      }
      choices = std::move(longer);
    }
    for (const Values& choice : choices) {
      PromiseCase one;
      for (const auto& [field, value] : choice) one.slots.push_back({field.second, value});
      if (!add_case(from, condition, when, choice, std::move(one), cases)) return false;
    }
    const auto either = [&](DecisionField field) { return reads(policy_, condition, field) || (when && reads(policy_, *when, field)); };
    const bool speaks_of_outcome = either(DecisionField::Outcome) || either(DecisionField::CallsMax);
    if (!speaks_of_outcome || lower::decision_reads(policy_, condition).model) return true;  // what speaks of models needs one
    Values unserved{{{DecisionField::Outcome, {}}, unserved_outcome()}, {{DecisionField::CallsMax, {}}, Constant{Decimal{}}}};
    for (const SlotId slot : slots) unserved[key_of(slot)] = std::nullopt;
    return add_case(from, condition, when, unserved, {.unserved = true}, cases);
  }

  bool add_case(const Require& from, const Expr& condition, const std::optional<Expr>& when, const Values& values, PromiseCase one,
                std::vector<PromiseCase>& cases) {
    Require written{.condition = condition, .when = when, .span = from.span};
    if (!write_answers(written.condition, values) || (written.when && !write_answers(*written.when, values))) return false;
    one.requirement = written_.size();
    cases.push_back(std::move(one));
    written_.push_back(std::move(written));
    return true;
  }

  // What a request gets that no model is left for (docs/language/routes.md#unserved).
  Constant unserved_outcome() const {
    if (!policy_.unserved || policy_.unserved->candidates.empty()) return {std::string("deny")};
    return std::visit(overloaded{[](const Denial&) { return Constant{std::string("deny")}; },
                                 [](const Response&) { return Constant{std::string("respond")}; },
                                 [](const Escalation&) { return Constant{std::string("escalate")}; },
                                 [](const auto&) { return Constant{std::string("call")}; }},
                      policy_.unserved->candidates.front().target);
  }

  static constexpr const char* kNoValues =
      "a slot is proved where it is compared with constants; sets, headers and very many combinations are not";

  Policy& policy_;
  std::vector<Require> written_;
};

}  // namespace

std::vector<Required> spell_out(Policy& policy) { return SpellOut(policy).run(); }

}  // namespace sbx::analysis
