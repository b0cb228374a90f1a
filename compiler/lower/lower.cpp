// SPDX-License-Identifier: Apache-2.0
#include "compiler/lower/lower.h"

#include <algorithm>

#include "compiler/ir/order.h"
#include "compiler/lower/clauses.h"
#include "compiler/lower/conditions.h"
#include "compiler/lower/outcome.h"

namespace sbx::lower {
namespace {

/// One policy on its way into one module.
class Lowering {
 public:
  Lowering(const sema::Policy& policy, const SourceSet& sources, const LowerOptions& options)
      : policy_(policy),
        sources_(sources),
        options_(options),
        graph_(module_),
        leaves_(policy, sources, options.given, options.literals, module_.manifest),
        expressions_(policy, leaves_, graph_),
        conditions_(policy, expressions_, graph_, module_),
        outcomes_(policy, sources, leaves_, conditions_) {}

  Module run() {
    name_things();
    lower_tables();
    lower_routes();
    lower_tiers();
    lower_route_bits();
    lower_outcomes();
    lower_rules();
    lower_requirements();
    lower_states();
    if (options_.reads_fit) {
      for (const sema::Symbol& input : policy_.fit) leaves_.add(input);
    }
    if (options_.derived != nullptr) *options_.derived = expressions_.derived();
    return std::move(module_);
  }

 private:
  void name_things();
  void lower_tables();
  void lower_routes();
  void lower_tiers();
  Entry lower_entry(const sema::Entry& from);
  void lower_scores(const sema::Entry& from, Entry& entry);
  void lower_route_bits();
  void lower_wins(const Entry& entry, std::vector<GuardId>& guards);
  void lower_outcomes();
  void lower_rules();
  void lower_requirements();
  void lower_states();
  Model lower_model(const sema::Model& from);
  static std::vector<std::vector<uint32_t>> close_rules(const Table<RuleId, sema::Rule>& rules);

  const sema::Policy& policy_;
  const SourceSet& sources_;
  const LowerOptions& options_;
  Module module_;
  Manifest& manifest_ = module_.manifest;
  ir::GraphBuilder graph_;
  Leaves leaves_;
  Expressions expressions_;
  Conditions conditions_;
  Outcomes outcomes_;
};

void Lowering::name_things() {
  manifest_.name = policy_.name;
  manifest_.revision = options_.revision;
  manifest_.file = policy_.span.valid() ? sources_[policy_.span.file].path : "";
  manifest_.serves = policy_.serves;
  // All that the author declared can be given as a reading, used or not.
  for (size_t i = 0; i < policy_.symbols.size(); ++i) {
    sema::SymbolId symbol = policy_.symbols.id_at(i);
    if (policy_.symbols[symbol].span.valid() && leaves_.is_read(symbol)) leaves_.signal(symbol);
  }
  for (const sema::Model& model : policy_.models) manifest_.models.add(lower_model(model));
  for (const sema::Slot& slot : policy_.slots) manifest_.slots.add(slot.facts);
  for (const sema::Target& target : policy_.targets)
    manifest_.targets.push_back({target.kind, target.name, target.fields, place_of(sources_, target.span)});
}

Model Lowering::lower_model(const sema::Model& from) {
  Model model = from.facts;
  model.place = place_of(sources_, from.span);
  for (const auto& [attribute, value] : from.attributes)
    model.attributes.emplace_back(policy_.attributes[attribute].name, the_constant(value));
  return model;
}

void Lowering::lower_tables() {
  for (const sema::KeyedTable& table : policy_.tables) {
    KeyedTable lowered{.name = table.name, .key = leaves_.signal(table.key), .columns = table.columns, .rows = table.rows};
    std::ranges::sort(lowered.rows, {}, [](const auto& row) { return row.first; });
    manifest_.tables.add(std::move(lowered));
  }
}

void Lowering::lower_routes() {
  for (const sema::Route& from : policy_.routes) {
    Route route{.name = from.name, .strict = from.strict, .place = place_of(sources_, from.span)};
    route.guard = from.guard ? expressions_.boolean(*from.guard).holds : graph_.fixed(true);
    if (from.guard) route.clause = clause_of(policy_, sources_, expressions_, leaves_, *from.guard);
    manifest_.routes.add(std::move(route));
  }
}

void Lowering::lower_tiers() {
  for (const sema::Tier& from : policy_.tiers) {
    Tier tier{.name = from.name, .strict = from.strict, .entries = {}};
    for (const sema::Entry& entry : from.entries) {
      tier.entries.push_back(lower_entry(entry));
      tier.entries.back().beats = entry.over;
    }
    SBX_CHECK(ir::close_beats(tier), "a cycle in `over` reached lowering");
    manifest_.tiers.push_back(std::move(tier));
  }
  manifest_.order = ir::linear_order(manifest_.tiers);
}

Entry Lowering::lower_entry(const sema::Entry& from) {
  Entry entry{.kind = from.kind, .name = from.name, .routes = from.routes, .entries = {}};
  for (const sema::Entry& inner : from.entries) entry.entries.push_back(lower_entry(inner));
  if (from.kind == Entry::Kind::Best) lower_scores(from, entry);
  return entry;
}

void Lowering::lower_scores(const sema::Entry& from, Entry& entry) {
  std::vector<Quantity> scores;
  int places = from.margin.scale;
  for (RouteId route : from.routes) {
    const sema::Route& member = policy_.routes[route];
    SBX_CHECK(member.score, "a route of a `best` block without a score");
    scores.push_back(expressions_.quantity(*member.score));
    places = std::max(places, scores.back().places);
  }
  for (Quantity score : scores) entry.scores.push_back(expressions_.rescaled(score, places).index);
  std::optional<int64_t> margin = scaled(from.margin, places, Rounding::Down);
  SBX_CHECK(margin, "a margin out of range reached lowering");
  entry.margin = *margin;
}

void Lowering::lower_route_bits() {
  std::vector<GuardId> guards;
  for (RouteId route : manifest_.order) {
    manifest_.routes[route].bit = static_cast<uint32_t>(guards.size());
    guards.push_back(manifest_.routes[route].guard);
  }
  for (const Tier& tier : manifest_.tiers) {
    for (const Entry& entry : tier.entries) lower_wins(entry, guards);
  }
  graph_.set_routes(guards);
}

void Lowering::lower_wins(const Entry& entry, std::vector<GuardId>& guards) {
  for (const Entry& inner : entry.entries) lower_wins(inner, guards);
  if (entry.kind != Entry::Kind::Best) return;
  std::vector<BestMember> members;
  for (size_t i = 0; i < entry.routes.size(); ++i) members.push_back({manifest_.routes[entry.routes[i]].guard, ValueId{entry.scores[i]}});
  for (uint32_t i = 0; i < entry.routes.size(); ++i) guards[manifest_.routes[entry.routes[i]].bit] = graph_.wins(i, members, entry.margin);
}

void Lowering::lower_outcomes() {
  for (size_t i = 0; i < policy_.routes.size(); ++i) {
    RouteId route = policy_.routes.id_at(i);
    manifest_.routes[route].outcome = outcomes_.outcome(policy_.routes[route].outcome);
  }
  if (policy_.otherwise) {
    manifest_.otherwise = outcomes_.outcome(*policy_.otherwise);
    manifest_.otherwise_place = place_of(sources_, policy_.otherwise_span);
  }
  if (policy_.unserved) manifest_.unserved = outcomes_.outcome(*policy_.unserved);
}

void Lowering::lower_rules() {
  std::vector<std::vector<uint32_t>> beats = close_rules(policy_.rules);
  for (size_t i = 0; i < policy_.rules.size(); ++i) {
    const sema::Rule& from = policy_.rules[policy_.rules.id_at(i)];
    Rule rule{.name = from.name,
              .when = from.guard ? conditions_.when(*from.guard) : Conditions::always(),
              .actions = outcomes_.actions(from.actions),
              .over_routes = from.over_routes,
              .under_routes = from.under_routes,
              .over_listed = from.over_listed,
              .under_listed = from.under_listed,
              .place = place_of(sources_, from.span)};
    rule.narrowing = std::ranges::any_of(rule.actions, [](const Action& action) { return std::holds_alternative<NarrowModels>(action); });
    for (uint32_t loser : beats[i]) rule.over_rules.push_back(RuleId{loser});
    DecisionReads reads = from.guard ? decision_reads(policy_, *from.guard) : DecisionReads{};
    if (from.guard && !reads.route && !reads.model) rule.clause = clause_of(policy_, sources_, expressions_, leaves_, *from.guard);
    manifest_.rules.add(std::move(rule));
  }
}

void Lowering::lower_requirements() {
  for (const sema::Require& from : policy_.requires_) {
    bool reads_other = decision_reads(policy_, from.condition).other || (from.when && decision_reads(policy_, *from.when).other);
    if (from.possible || reads_other) continue;  // the checker's: no single decision can be held to it
    manifest_.requirements.push_back({.text = std::string(sources_.text(from.span)),
                                      .when = from.when ? conditions_.when(*from.when) : Conditions::always(),
                                      .holds = conditions_.when(from.condition),
                                      .place = place_of(sources_, from.span)});
  }
}

void Lowering::lower_states() {
  for (const sema::State& from : policy_.states) {
    StateInfo state{.name = from.name, .kind = from.kind, .parameters = from.parameters, .per = {}, .place = place_of(sources_, from.span)};
    for (const sema::SymbolId signal : from.per) state.per.push_back(leaves_.signal(signal));
    manifest_.states.push_back(std::move(state));
  }
  for (const sema::Feedback& from : policy_.feedback) manifest_.feedback.push_back({from.when, from.learns, place_of(sources_, from.span)});
}

std::vector<std::vector<uint32_t>> Lowering::close_rules(const Table<RuleId, sema::Rule>& rules) {
  std::vector<std::vector<uint32_t>> over;
  for (const sema::Rule& rule : rules) {
    over.emplace_back();
    for (RuleId loser : rule.over_rules) over.back().push_back(loser.index);
  }
  std::optional<std::vector<std::vector<uint32_t>>> closed = ir::close_over(over);
  SBX_CHECK(closed, "a cycle in `over` of rules reached lowering");
  return *closed;
}

}  // namespace

Module lower(const sema::Policy& policy, const SourceSet& sources, const LowerOptions& options) {
  return Lowering(policy, sources, options).run();
}

}  // namespace sbx::lower
