// SPDX-License-Identifier: Apache-2.0
// Every reference from a node to another, for passes that mark, check or renumber.
#pragma once

#include <type_traits>
#include <variant>

#include "runtime/program/graph.h"

namespace sbx {

/// Calls `visit` with each ValueId or GuardId that `node`, the operation of a value, refers to, in order.
template <class Node, class Visit>
requires requires(Node& node) { node.op; }
void for_each_operand(Node& node, Visit&& visit) {
  std::visit(
      [&]<class Op>(Op& op) {
        if constexpr (requires { op.terms; }) {
          for (auto& term : op.terms) visit(term.value);
        } else if constexpr (requires { op.values; }) {
          for (auto& id : op.values) visit(id);
        } else if constexpr (requires { op.holds; }) {
          visit(op.holds);
          visit(op.fails);
        } else if constexpr (requires { op.condition; }) {
          visit(op.condition);
          visit(op.then);
          visit(op.otherwise);
        } else if constexpr (!std::is_same_v<std::remove_const_t<Op>, LeafValue> &&
                             !std::is_same_v<std::remove_const_t<Op>, ConstantValue>) {
          visit(op.value);
        }
      },
      node.op);
}

/// The same for a guard.
template <class Node, class Visit>
requires std::is_same_v<std::remove_const_t<Node>, Guard>
void for_each_operand(Node& node, Visit&& visit) {
  std::visit(
      [&]<class Test>(Test& test) {
        if constexpr (requires { test.of; }) {
          for (auto& id : test.of) visit(id);
        } else if constexpr (requires { test.members; }) {
          for (auto& member : test.members) {
            visit(member.guard);
            visit(member.score);
          }
        } else if constexpr (!std::is_same_v<std::remove_const_t<Test>, Fixed>) {
          visit(test.value);
        }
      },
      node);
}

/// Calls `visit` with the guards that a clause and its children name.
template <class ClauseType, class Visit>
void for_each_clause_guard(ClauseType& clause, Visit&& visit) {
  if (clause.holds.valid()) visit(clause.holds);
  if (clause.fails.valid()) visit(clause.fails);
  for (auto& child : clause.children) for_each_clause_guard(child, visit);
}

/// Calls `visit` with the scores of `best` blocks, as indices of values.
template <class EntryType, class Visit>
void for_each_score(EntryType& entry, Visit&& visit) {
  for (auto& score : entry.scores) visit(score);
  for (auto& inner : entry.entries) for_each_score(inner, visit);
}

}  // namespace sbx
