// SPDX-License-Identifier: Apache-2.0
// One line a node, in the order of making: `v3 = sum 5 82*v0 in 5..87 "security"`, `g2 = within v3 35..87`, `bit 0 = g2  // blocked`.
#include "compiler/ir/print.h"

#include "runtime/base/variant.h"
#include "runtime/program/evaluate.h"

namespace sbx::ir {

namespace {

std::string text(ValueId id) { return "v" + std::to_string(id.index); }
std::string text(GuardId id) { return "g" + std::to_string(id.index); }
std::string text(int64_t lo, int64_t hi) { return std::to_string(lo) + ".." + std::to_string(hi); }

template <class Tag>
std::string list(const std::vector<Id<Tag>>& ids) {
  std::string result;
  for (const auto id : ids) result += " " + text(id);
  return result;
}

std::string quoted(const std::string& name) {
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result + "\"";
}

std::string operation(const Value& value) {
  return std::visit(overloaded{
                        [](const LeafValue& op) { return "leaf " + std::to_string(op.leaf.index); },
                        [](const ConstantValue& op) { return "constant " + std::to_string(op.value); },
                        [](const Sum& op) {
                          std::string result = "sum " + std::to_string(op.constant);
                          for (const Term& term : op.terms) result += " " + std::to_string(term.weight) + "*" + text(term.value);
                          return result;
                        },
                        [](const Above& op) { return "above " + text(op.value) + " " + std::to_string(op.threshold); },
                        [](const Min& op) { return "min" + list(op.values); },
                        [](const Max& op) { return "max" + list(op.values); },
                        [](const Lerp& op) {
                          std::string result = "lerp " + text(op.value);
                          for (const LerpPoint& point : op.points) result += " " + std::to_string(point.x) + ":" + std::to_string(point.y);
                          return result;
                        },
                        [](const Bands& op) {
                          std::string result = "bands " + text(op.value);
                          for (const int64_t upper : op.upper) result += " " + std::to_string(upper);
                          return result;
                        },
                        [](const ArgMax& op) {
                          std::string result = "argmax " + std::to_string(op.margin) + (op.ordered_ties ? " ordered " : " unordered ") +
                                               std::to_string(op.none);
                          for (size_t i = 0; i < op.values.size(); ++i)
                            result += " " + text(op.values[i]) + ":" + std::to_string(op.labels[i]);
                          return result;
                        },
                        [](const Truth& op) { return "truth " + text(op.holds) + " " + text(op.fails); },
                        [](const OrElse& op) { return "or_else " + text(op.value) + " " + std::to_string(op.fallback); },
                        [](const Select& op) { return "select " + text(op.condition) + " " + text(op.then) + " " + text(op.otherwise); },
                    },
                    value.op);
}

std::string test(const Guard& guard) {
  return std::visit(overloaded{
                        [](const Fixed& test) { return std::string(test.value ? "fixed true" : "fixed false"); },
                        [](const Within& test) { return "within " + text(test.value) + " " + text(test.lo, test.hi); },
                        [](const IsKnown& test) { return "known " + text(test.value); },
                        [](const IsUnknown& test) { return "unknown " + text(test.value); },
                        [](const All& all) { return "all" + list(all.of); },
                        [](const Any& any) { return "any" + list(any.of); },
                        [](const Wins& wins) {
                          std::string result = "wins " + std::to_string(wins.index) + " " + std::to_string(wins.margin);
                          for (const BestMember& member : wins.members) result += " " + text(member.guard) + ":" + text(member.score);
                          return result;
                        },
                    },
                    guard);
}

std::string leaf(const Module& module, const Leaf& leaf) {
  std::string result = leaf.signal.valid() ? module.manifest.signals[leaf.signal].name : "?";
  if (leaf.facet == Facet::Confidence) result += ".confidence";
  if (leaf.facet == Facet::Has) result += " has " + leaf.member;
  for (size_t i = 0; i < leaf.literals.size(); ++i) result += (i == 0 ? ": " : ", ") + quoted(leaf.literals[i]);
  return result;
}

}  // namespace

std::string print(const Module& module) {
  const Manifest& manifest = module.manifest;
  std::string out = "// policy " + manifest.name + "\n";
  for (uint32_t i = 0; i < manifest.leaves.size(); ++i) {
    const Leaf& info = manifest.leaves[LeafId{i}];
    out += "// leaf " + std::to_string(i) + ": " + leaf(module, info) + ", " + text(info.range.low, info.range.high) + "\n";
  }
  for (const Step step : schedule(module.graph)) {
    if (step.guard) {
      out += text(GuardId{step.index}) + " = " + test(module.graph.guards[GuardId{step.index}]) + "\n";
      continue;
    }
    const Value& value = module.graph.values[ValueId{step.index}];
    out += text(ValueId{step.index}) + " = " + operation(value) + " in " + text(value.range.low, value.range.high);
    if (!value.name.empty()) out += " " + quoted(value.name);
    out += "\n";
  }
  for (uint32_t bit = 0; bit < module.graph.outputs.size(); ++bit) {
    const bool is_route = bit < manifest.order.size();
    if (!is_route && bit < manifest.rule_bits()) continue;
    out += "bit " + std::to_string(bit) + " = " + text(module.graph.outputs[bit]);
    if (is_route) out += "  // " + manifest.routes[manifest.order[bit]].name;
    out += "\n";
  }
  for (const Rule& rule : manifest.rules) {
    out += "// rule " + rule.name + ":";
    for (const Condition& condition : rule.when) {
      out += condition.bit == kAlways ? " always" : " bit " + std::to_string(condition.bit);
      for (const uint32_t route : condition.routes)
        out += " on " + (route == kOtherwise ? std::string("otherwise") : manifest.routes[RouteId{route}].name);
      for (const ModelId model : condition.models) out += " with " + manifest.models[model].name;
    }
    out += "\n";
  }
  return out;
}

}  // namespace sbx::ir
