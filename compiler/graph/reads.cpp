// SPDX-License-Identifier: Apache-2.0
#include "compiler/graph/reads.h"

#include "compiler/sema/check.h"
#include "runtime/base/variant.h"

namespace sbx::graph {
namespace {

void add_settings(const sema::Policy& policy, const sema::Ask& ask, Reads& reads) {
  for (const sema::SetSlot& setting : ask.settings) add_reads(policy, setting.value, reads);
}

}  // namespace

void add_reads(const sema::Policy& policy, const sema::Expr& expr, Reads& reads) {
  if (const auto* signal = std::get_if<sema::SignalRef>(&expr.node)) reads.insert(signal->symbol);
  if (const auto* signal = std::get_if<sema::ConfidenceOf>(&expr.node)) reads.insert(signal->symbol);
  if (const auto* lookup = std::get_if<sema::TableLookup>(&expr.node)) {
    for (const sema::Expr& input : policy.decision_tables[lookup->table].inputs) add_reads(policy, input, reads);
  }
  for (const sema::Expr* child : sema::children(expr)) add_reads(policy, *child, reads);
}

void add_reads(const sema::Policy& policy, const std::optional<sema::Expr>& expr, Reads& reads) {
  if (expr) add_reads(policy, *expr, reads);
}

void add_reads(const sema::Policy& policy, const std::vector<sema::Action>& actions, Reads& reads) {
  for (const sema::Action& action : actions) {
    std::visit(overloaded{
                   [&](const sema::SetSlot& set) { add_reads(policy, set.value, reads); },
                   [](const sema::ChangeSlot&) {},
                   [](const sema::LimitSlot&) {},
                   [&](const sema::NarrowModels& narrow) { add_reads(policy, narrow.where, reads); },
               },
               action);
  }
}

void add_reads(const sema::Policy& policy, const sema::Outcome& outcome, Reads& reads) {
  for (const sema::Candidate& candidate : outcome.candidates) {
    std::visit(overloaded{
                   [&](const sema::Ask& ask) { add_settings(policy, ask, reads); },
                   [&](const sema::Selection& selection) {
                     for (const sema::Ask& ask : selection.among) add_settings(policy, ask, reads);
                   },
                   [&](const sema::SplitChoice& split) {
                     reads.insert(split.key);
                     for (const sema::Ask& ask : split.among) add_settings(policy, ask, reads);
                   },
                   [](const Denial&) {},
                   [](const Response&) {},
                   [](const Escalation&) {},
               },
               candidate.target);
  }
  add_reads(policy, outcome.actions, reads);
}

}  // namespace sbx::graph
