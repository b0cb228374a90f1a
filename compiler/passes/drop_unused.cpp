// SPDX-License-Identifier: Apache-2.0
// Mark from the roots, then renumber everything that refers to a node: the graph, the outputs, the manifest.
#include "compiler/passes/drop_unused.h"

#include <vector>

#include "runtime/program/operands.h"

namespace sbx::passes {

namespace {

// Calls `visit` with every GuardId and ValueId by which something outside the graph's nodes refers to one.
template <class Visit>
void for_each_root(Module& module, Visit&& visit) {
  for (GuardId& id : module.graph.outputs) visit(id);
  for (Route& route : module.manifest.routes) {
    visit(route.guard);
    if (route.clause) for_each_clause_guard(*route.clause, visit);
  }
  for (Rule& rule : module.manifest.rules) {
    if (rule.clause) for_each_clause_guard(*rule.clause, visit);
  }
  for (Tier& tier : module.manifest.tiers) {
    for (Entry& entry : tier.entries) {
      for_each_score(entry, [&](uint32_t& score) {
        ValueId id{score};
        visit(id);
        score = id.index;
      });
    }
  }
}

struct Marks {
  std::vector<bool> values, guards;
  std::vector<ValueId> open_values;
  std::vector<GuardId> open_guards;

  explicit Marks(const Graph& graph) : values(graph.values.size()), guards(graph.guards.size()) {}

  void operator()(ValueId id) {
    if (values[id.index]) return;
    values[id.index] = true;
    open_values.push_back(id);
  }
  void operator()(GuardId id) {
    if (guards[id.index]) return;
    guards[id.index] = true;
    open_guards.push_back(id);
  }
  void spread(const Graph& graph) {
    while (!open_values.empty() || !open_guards.empty()) {
      if (!open_values.empty()) {
        const ValueId id = open_values.back();
        open_values.pop_back();
        for_each_operand(graph.values[id], *this);
      } else {
        const GuardId id = open_guards.back();
        open_guards.pop_back();
        for_each_operand(graph.guards[id], *this);
      }
    }
  }
};

template <class IdType, class Node>
std::vector<uint32_t> compact(Table<IdType, Node>& table, const std::vector<bool>& used) {
  std::vector<uint32_t> numbers(table.size(), UINT32_MAX);
  Table<IdType, Node> kept;
  for (uint32_t i = 0; i < table.size(); ++i) {
    if (used[i]) numbers[i] = kept.add(std::move(table[IdType{i}])).index;
  }
  table = std::move(kept);
  return numbers;
}

}  // namespace

Module drop_unused(Module module) {
  Graph& graph = module.graph;
  Marks marks(graph);
  for_each_root(module, [&](auto id) { marks(id); });
  marks.spread(graph);
  const std::vector<uint32_t> values = compact(graph.values, marks.values);
  const std::vector<uint32_t> guards = compact(graph.guards, marks.guards);
  const auto renumber = [&]<class Tag>(Id<Tag>& id) { id.index = (std::is_same_v<Tag, ValueTag> ? values : guards)[id.index]; };
  for (Value& value : graph.values) for_each_operand(value, renumber);
  for (Guard& guard : graph.guards) for_each_operand(guard, renumber);
  for_each_root(module, renumber);
  return module;
}

}  // namespace sbx::passes
