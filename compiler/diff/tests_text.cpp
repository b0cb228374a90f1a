// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/tests_text.h"

#include <algorithm>
#include <set>

#include "compiler/diff/linked.h"
#include "runtime/base/variant.h"
#include "runtime/program/operands.h"
#include "runtime/request/readings.h"

namespace sbx::diff {
namespace {

using analysis::Interval;
using analysis::Need;

std::string quoted(const std::string& text) { return to_string(Constant{text}); }

bool is_word(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text[0]) && std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// A member of a closed set, as the language writes it.
std::string member(const std::string& text) { return is_word(text) ? text : quoted(text); }

std::string list_of(const std::vector<std::string>& items) {
  std::string text = "[";
  for (size_t i = 0; i < items.size(); ++i) text += (i == 0 ? "" : ", ") + items[i];
  return text + "]";
}

std::string number(int64_t raw, int places, TypeKind kind) {
  Decimal value{raw, places};
  while (value.scale > 0 && value.digits % 10 == 0) {
    value.digits /= 10;
    --value.scale;
  }
  const std::string text = to_string(value);
  if (kind == TypeKind::Duration) return text + "us";
  if (kind != TypeKind::Money) return text;
  return raw < 0 ? "-$" + text.substr(1) : "$" + text;
}

/// `x >= 0.8`: the shorter of the two ways to say a bound.
std::string bound(const std::string& name, const char* closed, const char* open, int64_t at, int64_t beyond, int places, TypeKind kind) {
  const std::string inside = number(at, places, kind), outside = number(beyond, places, kind);
  return outside.size() < inside.size() ? name + " " + open + " " + outside : name + " " + closed + " " + inside;
}

std::string range_text(const std::string& name, Interval within, Range range, int places, TypeKind kind) {
  if (within.lo == within.hi) return name + " == " + number(within.lo, places, kind);
  std::vector<std::string> parts;
  if (within.lo > range.low) parts.push_back(bound(name, ">=", ">", within.lo, within.lo - 1, places, kind));
  if (within.hi < range.high) parts.push_back(bound(name, "<=", "<", within.hi, within.hi + 1, places, kind));
  return all_of(parts);
}

bool covers(const std::vector<Interval>& values, Range range) {
  return values.size() == 1 && values.front().lo <= range.low && values.front().hi >= range.high;
}

bool contains(const std::vector<Interval>& values, int64_t value) {
  return std::ranges::any_of(values, [&](Interval one) { return one.lo <= value && value <= one.hi; });
}

/// All of `range` that `values` leave out.
std::vector<Interval> others(const std::vector<Interval>& values, Range range) {
  std::vector<Interval> result;
  int64_t next = range.low;
  for (const Interval& one : values) {
    if (one.lo > next) result.push_back({next, one.lo - 1});
    next = std::max(next, one.hi + 1);
  }
  if (next <= range.high) result.push_back({next, range.high});
  return result;
}

std::string labels_text(const std::string& name, const std::vector<Interval>& values, const Type& type, const char* equals) {
  std::vector<std::string> members;
  for (size_t i = 0; i < type.members.size(); ++i) {
    if (contains(values, static_cast<int64_t>(i))) members.push_back(member(type.members[i]));
  }
  if (members.size() == 1) return name + " " + equals + " " + members.front();
  return name + " in " + list_of(members);
}

std::string joined(const std::vector<std::string>& parts, const char* word, const char* other, const std::string& neutral,
                   const std::string& final) {
  std::vector<std::string> kept;
  for (const std::string& part : parts) {
    if (part == final) return final;
    if (part != neutral && std::ranges::find(kept, part) == kept.end()) kept.push_back(part);
  }
  if (kept.empty()) return neutral;
  if (kept.size() == 1) return kept.front();
  std::string text;
  for (const std::string& part : kept) {
    // Quick and safe: whatever holds the other word anywhere gets its parentheses.
    const bool mixed = part.find(other) != std::string::npos;
    text += (text.empty() ? "" : word) + (mixed ? "(" + part + ")" : part);
  }
  return text;
}

}  // namespace

std::string all_of(const std::vector<std::string>& parts) { return joined(parts, " and ", " or ", "true", "false"); }
std::string any_of(const std::vector<std::string>& parts) { return joined(parts, " or ", " and ", "false", "true"); }

// What has one name for two things in the two policies is said by what it is made of.
std::string TestsText::name(SignalId signal) const {
  const SignalInfo& info = module_.manifest.signals[signal];
  if (!merged_.is_ambiguous(signal) || info.cost != CostClass::Fast || info.name.find('(') != std::string::npos) return info.name;
  std::string text = info.kind + "(";
  bool first = true;
  for (const auto& [key, value] : info.arguments) {
    const auto* list = std::get_if<ConstantList>(&value.value);
    const auto* word = std::get_if<std::string>(&value.value);
    if (std::holds_alternative<std::monostate>(value.value) || (list != nullptr && list->empty())) continue;
    const bool is_default = value == Constant{Decimal{key == "at_least" ? 1 : 0, 0}};
    if (is_default && (key == "at_least" || key == "edits")) continue;
    const bool is_source = key == "of" && word != nullptr;
    if (is_source && *word == "text") continue;
    text += (first ? "" : ", ") + key + ": " + (is_source ? *word : to_string(value));
    first = false;
  }
  return text + ")";
}

std::string TestsText::leaf(const Need& need) const {
  if (const std::optional<Need> other = translated(merged_, need)) return leaf(*other);
  const Leaf& leaf = module_.manifest.leaves[need.leaf];
  const std::string name = this->name(leaf.signal) + (leaf.facet == Facet::Confidence ? ".confidence" : "");
  const bool can_be_unknown = analysis::can_be_unknown(module_.manifest, leaf);
  const std::string unknown = "not " + name + "?";
  if (need.values.empty()) return can_be_unknown && need.unknown ? unknown : "false";
  const std::string known = covers(need.values, leaf.range) ? (can_be_unknown ? name + "?" : "true") : known_values(need, name);
  if (!can_be_unknown || !need.unknown) return known;
  return covers(need.values, leaf.range) ? "true" : any_of({known, unknown});
}

std::string TestsText::known_values(const Need& need, const std::string& name) const {
  const Leaf& leaf = module_.manifest.leaves[need.leaf];
  const Type& type = module_.manifest.signals[leaf.signal].type;
  if (leaf.facet == Facet::Has) {
    const std::string has = name + " has " + (type.members.empty() ? quoted(leaf.member) : member(leaf.member));
    return contains(need.values, 1) ? has : "not (" + has + ")";
  }
  if (leaf.facet == Facet::Confidence) {
    std::vector<std::string> parts;
    for (const Interval& one : need.values) parts.push_back(range_text(name, one, leaf.range, 6, TypeKind::Probability));
    return any_of(parts);
  }
  if (type.kind == TypeKind::Bool) return (contains(need.values, 1) ? "" : "not ") + name;
  if (type.kind == TypeKind::Label) {
    return labels_text(name, need.values, type, module_.manifest.signals[leaf.signal].cost == CostClass::Free ? "==" : "is");
  }
  if (type.kind == TypeKind::Text) {
    std::vector<std::string> literals;
    const bool other = contains(need.values, -1);
    for (size_t i = 0; i < leaf.literals.size(); ++i) {
      if (contains(need.values, static_cast<int64_t>(i)) != other) literals.push_back(quoted(leaf.literals[i]));
    }
    if (literals.empty()) return other ? name + "?" : "false";
    if (literals.size() == 1) return name + (other ? " != " : " == ") + literals.front();
    return other ? "not (" + name + " in " + list_of(literals) + ")" : name + " in " + list_of(literals);
  }
  std::vector<std::string> parts;
  for (const Interval& one : need.values) parts.push_back(range_text(name, one, leaf.range, decimal_places(type.kind), type.kind));
  return any_of(parts);
}

std::string TestsText::atom(const analysis::Atom& atom, bool holds) const {
  return std::visit(overloaded{
                        [&](const ir::Bound& bound) { return within(bound.value, bound.within.lo, bound.within.hi, holds); },
                        [&](const ir::StateTest& test) { return state(test.value, test.known == holds); },
                        [&](GuardId gate) { return guard(gate, holds); },
                    },
                    atom);
}

std::string TestsText::guard(GuardId id, bool holds) const {
  const auto parts = [&](const std::vector<GuardId>& of) {
    std::vector<std::string> texts;
    for (const GuardId part : of) texts.push_back(guard(part, holds));
    return texts;
  };
  return std::visit(overloaded{
                        [&](const Fixed& test) { return std::string(test.value == holds ? "true" : "false"); },
                        [&](const Within& test) { return within(test.value, test.lo, test.hi, holds); },
                        [&](const IsKnown& test) { return state(test.value, holds); },
                        [&](const IsUnknown& test) { return state(test.value, !holds); },
                        [&](const All& test) { return holds ? all_of(parts(test.of)) : any_of(parts(test.of)); },
                        [&](const Any& test) { return holds ? any_of(parts(test.of)) : all_of(parts(test.of)); },
                        // Who wins a `best` block has no words: that the winner's own guard holds is part of it.
                        [&](const Wins& test) { return holds ? guard(test.members[test.index].guard, true) : std::string("true"); },
                    },
                    module_.graph.guards[id]);
}

std::string TestsText::within(ValueId id, int64_t lo, int64_t hi, bool holds) const {
  const Value& value = module_.graph.values[id];
  if (const auto* leaf = std::get_if<LeafValue>(&value.op)) {
    Need need{leaf->leaf, {{lo, hi}}, !holds};
    if (!holds) need.values = others({{lo, hi}}, value.range);
    return this->leaf(need);
  }
  if (lo > hi) return holds ? "false" : "true";
  const std::optional<Said> said = this->value(id);
  if (!said) return "true";
  const bool is_label = said->type.kind == TypeKind::Label && !said->type.members.empty();
  const std::string test = is_label ? labels_text(said->text, {{lo, hi}}, said->type, "is")
                                    : range_text(said->text, {lo, hi}, value.range, said->places, said->type.kind);
  if (holds) return test;
  std::vector<std::string> fails{"not (" + test + ")"};
  for (const LeafId leaf : leaves_below(id)) fails.push_back(this->leaf({leaf, {}, true}));
  return any_of(fails);
}

std::string TestsText::state(ValueId id, bool known) const {
  std::vector<std::string> parts;
  if (const lower::DerivedValue* derived = merged_.derived(id)) return (known ? "" : "not ") + derived->name + "?";
  for (const LeafId leaf : leaves_below(id)) {
    const Range range = module_.manifest.leaves[leaf].range;
    parts.push_back(known ? this->leaf({leaf, {{range.low, range.high}}, false}) : this->leaf({leaf, {}, true}));
  }
  return known ? all_of(parts) : any_of(parts);
}

std::optional<TestsText::Said> TestsText::value(ValueId id) const {
  if (const lower::DerivedValue* derived = merged_.derived(id)) return Said{derived->name, derived->quantity.places, derived->type};
  const Value& value = module_.graph.values[id];
  const auto extreme = [&](const std::vector<ValueId>& of, const char* word) -> std::optional<Said> {
    std::optional<Said> all;
    for (const ValueId one : of) {
      const std::optional<Said> said = this->value(one);
      if (!said || (all && said->places != all->places)) return std::nullopt;
      if (all) {
        all->text += ", " + said->text;
      } else {
        all = said;
      }
    }
    if (all) all->text = word + ("(" + all->text + ")");
    return all;
  };
  return std::visit(overloaded{
                        [&](const LeafValue& op) -> std::optional<Said> {
                          const Leaf& leaf = module_.manifest.leaves[op.leaf];
                          if (leaf.facet != Facet::Value) return std::nullopt;
                          const Type& type = module_.manifest.signals[leaf.signal].type;
                          return Said{name(leaf.signal), decimal_places(type.kind), type};
                        },
                        [&](const Sum& op) { return sum(op); },
                        [&](const Above& op) -> std::optional<Said> {
                          std::optional<Said> said = this->value(op.value);
                          if (said) said->text = "(" + said->text + " above " + number(op.threshold, said->places, said->type.kind) + ")";
                          return said;
                        },
                        [&](const Min& op) { return extreme(op.values, "min"); },
                        [&](const Max& op) { return extreme(op.values, "max"); },
                        [&](const Truth& op) -> std::optional<Said> {
                          return Said{"(" + guard(op.holds, true) + ")", 0, {}};
                        },
                        [](const auto&) -> std::optional<Said> { return std::nullopt; },
                    },
                    value.op);
}

// The unit of a sum is free, since weights and bounds are scaled alike: that of its finest term.
std::optional<TestsText::Said> TestsText::sum(const Sum& sum) const {
  std::vector<Said> terms;
  int places = 0;
  for (const Term& term : sum.terms) {
    const std::optional<Said> said = value(term.value);
    if (!said) return std::nullopt;
    places = std::max(places, said->places);
    terms.push_back(*said);
  }
  std::string text = sum.constant == 0 ? "" : number(sum.constant, places, TypeKind::Number);
  for (size_t i = 0; i < terms.size(); ++i) {
    const int64_t weight = sum.terms[i].weight;
    const char* sign = weight < 0 ? (text.empty() ? "-" : " - ") : (text.empty() ? "" : " + ");
    text += sign + number(std::abs(weight), places - terms[i].places, TypeKind::Number) + " * " + terms[i].text;
  }
  return Said{text, places, {.kind = TypeKind::Number, .members = {}, .space = {}}};
}

// Those that can be unknown, and make the value so.
std::vector<LeafId> TestsText::leaves_below(ValueId id) const {
  std::set<LeafId> leaves;
  std::vector<ValueId> open{id};
  std::vector<GuardId> guards;
  while (!open.empty() || !guards.empty()) {
    const auto visit = overloaded{[&](ValueId one) { open.push_back(one); }, [&](GuardId one) { guards.push_back(one); }};
    if (open.empty()) {
      const GuardId guard = guards.back();
      guards.pop_back();
      for_each_operand(module_.graph.guards[guard], visit);
      continue;
    }
    const ValueId one = open.back();
    open.pop_back();
    if (const auto* leaf = std::get_if<LeafValue>(&module_.graph.values[one].op)) {
      if (analysis::can_be_unknown(module_.manifest, module_.manifest.leaves[leaf->leaf])) leaves.insert(leaf->leaf);
    }
    for_each_operand(module_.graph.values[one], visit);
  }
  return {leaves.begin(), leaves.end()};
}

}  // namespace sbx::diff
