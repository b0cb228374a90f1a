// SPDX-License-Identifier: Apache-2.0
// A walk over resolved expressions; nothing is evaluated.
#include "compiler/driver/route_facts.h"

#include <algorithm>
#include <set>

#include "runtime/base/variant.h"

namespace sbx::driver {
namespace {

using namespace sema;

/// Collects the host-read, not free symbols below expressions; each derived symbol is entered once.
class Reads {
 public:
  explicit Reads(const sema::Policy& policy) : policy_(policy) {}

  void add(const std::optional<Expr>& expr) {
    if (expr) add(*expr);
  }
  void add(const std::vector<Expr>& exprs) {
    for (const Expr& expr : exprs) add(expr);
  }
  void add(SymbolId id) {
    if (!id.valid() || !seen_.insert(id).second) return;
    const Symbol& symbol = policy_.symbols[id];
    if (symbol.value) return add(*symbol.value);
    if (symbol.cost != CostClass::Free) names_.insert(symbol.name);
  }
  void add(const Expr& expr) {
    std::visit(overloaded{
                   [](const BoolValue&) {},
                   [](const NumberValue&) {},
                   [](const TextValue&) {},
                   [](const LabelValue&) {},
                   [](const DecisionRef&) {},
                   [&](const ListValue& e) { add(e.items); },
                   [&](const SignalRef& e) { add(e.symbol); },
                   [&](const ConfidenceOf& e) { add(e.symbol); },
                   [&](const Not& e) { add(*e.operand); },
                   [&](const And& e) { add(e.operands); },
                   [&](const Or& e) { add(e.operands); },
                   [&](const Compare& e) { add(*e.left), add(*e.right); },
                   [&](const OneOf& e) { add(*e.operand), add(e.of); },
                   [&](const Has& e) { add(*e.set); },
                   [&](const Known& e) { add(*e.operand); },
                   [&](const WeightedSum& e) { add(e.terms); },
                   [&](const AboveThreshold& e) { add(*e.operand); },
                   [&](const Extreme& e) { add(e.values); },
                   [&](const Lerp& e) { add(*e.operand); },
                   [&](const Bands& e) { add(*e.operand); },
                   [&](const ArgMax& e) { add(e.values); },
                   [&](const OrElse& e) { add(*e.operand); },
                   [&](const Conditional& e) { add(*e.condition), add(*e.then), add(*e.otherwise); },
                   [&](const TableLookup& e) { add(policy_.decision_tables[e.table].inputs); },
               },
               expr.node);
  }
  [[nodiscard]] const std::set<std::string>& names() const { return names_; }

 private:
  const sema::Policy& policy_;
  std::set<SymbolId> seen_;
  std::set<std::string> names_;
};

void routes_of(const std::vector<sema::Entry>& entries, std::vector<RouteId>& found) {
  for (const sema::Entry& entry : entries) {
    found.insert(found.end(), entry.routes.begin(), entry.routes.end());
    routes_of(entry.entries, found);
  }
}

void add_candidates(const sema::Policy& policy, const sema::Outcome& outcome, RouteFacts& facts) {
  auto ask = [&](const sema::Ask& asked) {
    if (!asked.model.valid()) return;
    const std::string& name = policy.models[asked.model].name;
    if (std::find(facts.candidates.begin(), facts.candidates.end(), name) == facts.candidates.end()) facts.candidates.push_back(name);
  };
  for (const sema::Candidate& candidate : outcome.candidates) {
    std::visit(overloaded{
                   [&](const sema::Ask& one) { ask(one), facts.calls_max += 1; },
                   [&](const sema::Selection& some) {
                     for (const sema::Ask& one : some.among) ask(one);
                     facts.calls_max += some.up_to;
                   },
                   [&](const sema::SplitChoice& some) {
                     for (const sema::Ask& one : some.among) ask(one);
                     facts.calls_max += 1;
                   },
                   [](const Denial&) {},
                   [](const Response&) {},
                   [](const Escalation&) {},
               },
               candidate.target);
  }
}

}  // namespace

std::vector<RouteFacts> route_facts(const sema::Policy& policy) {
  Reads rules(policy);
  for (const sema::Rule& rule : policy.rules) rules.add(rule.guard);

  std::vector<RouteFacts> facts(policy.routes.size());
  Reads so_far(policy);  // of this tier and those before it: a route is known to win only when these are settled
  for (const sema::Tier& tier : policy.tiers) {
    std::vector<RouteId> routes;
    routes_of(tier.entries, routes);
    for (RouteId id : routes) so_far.add(policy.routes[id].guard);
    for (RouteId id : routes) {
      std::set<std::string> names = so_far.names();
      names.insert(rules.names().begin(), rules.names().end());
      facts[id.index].signals_max.assign(names.begin(), names.end());
    }
  }
  for (size_t i = 0; i < policy.routes.size(); ++i) {
    const sema::Route& route = policy.routes[policy.routes.id_at(i)];
    facts[i].name = route.name;
    add_candidates(policy, route.outcome, facts[i]);
  }
  if (!policy.otherwise) return facts;
  std::set<std::string> names = so_far.names();
  names.insert(rules.names().begin(), rules.names().end());
  facts.push_back({.name = "otherwise", .signals_max = {names.begin(), names.end()}});
  add_candidates(policy, *policy.otherwise, facts.back());
  return facts;
}

}  // namespace sbx::driver
