// SPDX-License-Identifier: Apache-2.0
// The resolved policy by place.
#include "compiler/lsp/names.h"
#include "compiler/sema/check.h"

namespace sbx::lsp {
namespace {

class Index {
 public:
  Index(const sema::Policy& policy, ResolvedAt& into) : policy_(policy), into_(into) {}

  void run() {
    for (const sema::Symbol& symbol : policy_.symbols) add(symbol.value);
    for (const sema::Route& route : policy_.routes) {
      add(route.guard);
      outcome(route.outcome);
    }
    for (const sema::Rule& rule : policy_.rules) {
      add(rule.guard);
      actions(rule.actions);
    }
    if (policy_.otherwise) outcome(*policy_.otherwise);
    for (const sema::Require& require : policy_.requires_) {
      add(&require.condition);
      add(require.when);
      for (const sema::Expr& one : require.for_each) add(&one);
    }
  }

 private:
  void add(const std::optional<sema::Expr>& expr) {
    if (expr) add(&*expr);
  }

  void add(const sema::Expr* expr) {
    std::vector<const sema::Expr*> open{expr};
    while (!open.empty()) {
      const sema::Expr* next = open.back();
      open.pop_back();
      if (next->span.valid()) into_.emplace(next->span, Resolved{&policy_, next});
      for (const sema::Expr* child : sema::children(*next)) open.push_back(child);
    }
  }

  void actions(const std::vector<sema::Action>& list) {
    for (const sema::Action& action : list) {
      if (const auto* set = std::get_if<sema::SetSlot>(&action)) add(&set->value);
      if (const auto* narrow = std::get_if<sema::NarrowModels>(&action)) add(narrow->where);
    }
  }

  void ask(const sema::Ask& one) {
    for (const sema::SetSlot& set : one.settings) add(&set.value);
  }

  void asks(const std::vector<sema::Ask>& list) {
    for (const sema::Ask& one : list) ask(one);
  }

  void outcome(const sema::Outcome& outcome) {
    for (const sema::Candidate& candidate : outcome.candidates) {
      if (const auto* one = std::get_if<sema::Ask>(&candidate.target)) ask(*one);
      if (const auto* some = std::get_if<sema::Selection>(&candidate.target)) asks(some->among);
      if (const auto* some = std::get_if<sema::SplitChoice>(&candidate.target)) asks(some->among);
    }
    actions(outcome.actions);
  }

  const sema::Policy& policy_;
  ResolvedAt& into_;
};

}  // namespace

ResolvedAt resolved_at(const std::vector<sema::Policy>& policies) {
  ResolvedAt result;
  for (const sema::Policy& policy : policies) Index(policy, result).run();
  return result;
}

}  // namespace sbx::lsp
