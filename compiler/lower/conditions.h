// SPDX-License-Identifier: Apache-2.0
// Guards of rules as bits of the match: one bit a distinct guard, and guards that read the route or the model
// expanded over routes and models, so that bits depend on readings only.
#pragma once

#include <functional>
#include <vector>

#include "compiler/lower/expression.h"

namespace sbx::lower {

class Conditions {
 public:
  Conditions(const sema::Policy& policy, Expressions& expressions, ir::GraphBuilder& graph, const Module& module)
      : policy_(policy), expressions_(expressions), graph_(graph), module_(module) {}

  /// When `expr` holds; no condition at all if it never can.
  std::vector<Condition> when(const sema::Expr& expr);
  /// When the label or text `expr` is `label`.
  std::vector<Condition> when_is(const sema::Expr& expr, const std::string& label);
  /// When `expr` holds for `model`, whatever the route.
  std::vector<Condition> when_for(const sema::Expr& expr, ModelId model);
  static std::vector<Condition> always() { return {Condition{}}; }

 private:
  using Lowering = std::function<GuardId()>;
  std::vector<Condition> expand(const sema::Expr& expr, const Lowering& lower);
  /// The bit of `guard`, kAlways if it is always true; nothing if it never is.
  std::optional<uint32_t> bit(GuardId guard);

  const sema::Policy& policy_;
  Expressions& expressions_;
  ir::GraphBuilder& graph_;
  const Module& module_;
};

}  // namespace sbx::lower
