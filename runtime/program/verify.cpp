// SPDX-License-Identifier: Apache-2.0
// The graph first (ids, order, shapes), then what the manifest says about it.
#include "runtime/program/verify.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/program/evaluate.h"
#include "runtime/program/operands.h"
#include "runtime/program/verify_keys.h"

namespace sbx {

namespace {

class Verifier {
 public:
  explicit Verifier(const Module& module) : manifest_(module.manifest), graph_(module.graph) {}

  std::vector<std::string> run() {
    for (uint32_t i = 0; i < graph_.values.size(); ++i) value(i, graph_.values[ValueId{i}]);
    for (uint32_t i = 0; i < graph_.guards.size(); ++i) guard(i, graph_.guards[GuardId{i}]);
    if (!found_.empty()) return std::move(found_);
    if (schedule(graph_).size() != graph_.values.size() + graph_.guards.size()) found_.push_back("nodes are not in the order of making");
    outputs();
    leaves();
    for (const Tier& tier : manifest_.tiers) {
      for (const Entry& item : tier.entries) entry(item, tier.entries.size());
    }
    for (const bool once : in_tier_) require(once, "manifest", "a route is in no tier");
    conditions();
    if (found_.empty()) found_ = verify_keys(manifest_);
    return std::move(found_);
  }

 private:
  void require(bool holds, const std::string& where, const char* what) {
    if (!holds) found_.push_back(where + ": " + what);
  }

  void value(uint32_t index, const Value& value) {
    const std::string where = "v" + std::to_string(index);
    require(value.range.low <= value.range.high, where, "an empty range");
    require(value.range.low > -kValueLimit && value.range.high < kValueLimit, where, "a range beyond 62 bits");
    operands(value, where);
    if (const auto* leaf = std::get_if<LeafValue>(&value.op)) require(leaf->leaf.index < manifest_.leaves.size(), where, "no such leaf");
    if (const auto* bands = std::get_if<Bands>(&value.op)) {
      require(std::adjacent_find(bands->upper.begin(), bands->upper.end(), std::greater_equal<>()) == bands->upper.end(), where,
              "bands do not ascend");
    }
    if (const auto* lerp = std::get_if<Lerp>(&value.op)) {
      const auto descends = [](const LerpPoint& a, const LerpPoint& b) { return a.x >= b.x; };
      require(!lerp->points.empty(), where, "no points");
      require(std::adjacent_find(lerp->points.begin(), lerp->points.end(), descends) == lerp->points.end(), where, "points do not ascend");
    }
    if (const auto* argmax = std::get_if<ArgMax>(&value.op)) {
      require(!argmax->values.empty() && argmax->values.size() == argmax->labels.size(), where, "not one label for each value");
      require(argmax->margin >= 0, where, "a negative margin");
    }
    if (const auto* least = std::get_if<Min>(&value.op)) require(!least->values.empty(), where, "the smallest of nothing");
    if (const auto* most = std::get_if<Max>(&value.op)) require(!most->values.empty(), where, "the largest of nothing");
  }

  void guard(uint32_t index, const Guard& guard) {
    const std::string where = "g" + std::to_string(index);
    operands(guard, where);
    if (const auto* test = std::get_if<Within>(&guard)) require(test->lo <= test->hi, where, "an empty interval");
    if (const auto* wins = std::get_if<Wins>(&guard)) {
      require(wins->index < wins->members.size(), where, "no such member");
      require(wins->margin >= 0, where, "a negative margin");
    }
  }

  void operands(const auto& node, const std::string& where) {
    for_each_operand(node, [&]<class Tag>(Id<Tag> id) {
      require(id.index < (std::is_same_v<Tag, ValueTag> ? graph_.values.size() : graph_.guards.size()), where,
              "an operand that does not exist");
    });
  }

  void outputs() {
    const size_t routes = manifest_.routes.size();
    require(graph_.outputs.size() == manifest_.bits, "outputs", "not as many as the manifest has bits");
    require(manifest_.bits >= manifest_.rule_bits() || manifest_.bits == routes, "outputs", "the routes' words are not filled");
    for (const GuardId id : graph_.outputs) require(id.index < graph_.guards.size(), "outputs", "a guard that does not exist");
    require(manifest_.order.size() == routes, "order", "not every route once");
    in_tier_.assign(routes, false);
    for (uint32_t bit = 0; bit < manifest_.order.size(); ++bit) {
      const RouteId id = manifest_.order[bit];
      require(id.index < routes, "order", "no such route");
      if (id.index < routes) require(manifest_.routes[id].bit == bit, "order", "a route whose bit is not its place");
    }
    for (const Route& route : manifest_.routes) {
      require(route.guard.index < graph_.guards.size(), "route " + route.name, "no guard");
      if (route.clause) clause(*route.clause, "route " + route.name);
    }
    if (!found_.empty()) return;
    for (size_t i = routes; i < std::min<size_t>(manifest_.rule_bits(), graph_.outputs.size()); ++i) {
      const auto* fixed = std::get_if<Fixed>(&graph_.guards[graph_.outputs[i]]);
      require(fixed && !fixed->value, "outputs", "a bit between routes and rules is set");
    }
  }

  void clause(const Clause& clause, const std::string& where) {
    for_each_clause_guard(clause, [&](GuardId id) { require(id.index < graph_.guards.size(), where, "a clause without its guards"); });
  }

  void leaves() {
    for (const Leaf& leaf : manifest_.leaves) {
      require(leaf.signal.index < manifest_.signals.size(), "leaves", "no such signal");
      require(leaf.range.low <= leaf.range.high, "leaves", "an empty range");
    }
  }

  void entry(const Entry& entry, size_t siblings) {
    const std::string where = "entry " + entry.name;
    require(entry.kind != Entry::Kind::Route || entry.routes.size() == 1, where, "not one route");
    require(entry.kind != Entry::Kind::Best || entry.scores.size() == entry.routes.size(), where, "not one score for each route");
    for (const uint32_t beaten : entry.beats) require(beaten < siblings, where, "beats what is not there");
    for (const uint32_t score : entry.scores) require(score < graph_.values.size(), where, "no such score");
    if (entry.kind != Entry::Kind::First) {
      for (const RouteId id : entry.routes) {
        require(id.index < in_tier_.size(), where, "no such route");
        if (id.index >= in_tier_.size()) continue;
        require(!in_tier_[id.index], where, "a route that stands elsewhere too");
        in_tier_[id.index] = true;
      }
    }
    for (const Entry& inner : entry.entries) this->entry(inner, entry.entries.size());
  }

  void conditions() {
    for (const Rule& rule : manifest_.rules) {
      const std::string where = "rule " + rule.name;
      list(rule.when, where);
      actions(rule.actions, where);
      for (const RuleId id : rule.over_rules) require(id.index < manifest_.rules.size(), where, "over a rule that does not exist");
      for (const auto& routes : {rule.over_listed, rule.under_listed}) {
        for (const RouteId id : routes) require(id.index < manifest_.routes.size(), where, "over or under a route that does not exist");
      }
      if (rule.clause) clause(*rule.clause, where);
    }
    for (const Route& route : manifest_.routes) outcome(route.outcome, "route " + route.name);
    if (manifest_.otherwise) outcome(*manifest_.otherwise, "otherwise");
    if (manifest_.unserved) outcome(*manifest_.unserved, "unserved");
    for (const Requirement& requirement : manifest_.requirements) {
      list(requirement.when, "a requirement");
      list(requirement.holds, "a requirement");
    }
    for (const StateInfo& state : manifest_.states) signals(state.per, "state " + state.name);
    for (const KeyedTable& table : manifest_.tables) {
      require(table.key.index < manifest_.signals.size(), "table " + table.name, "no such key");
      for (const auto& row : table.rows)
        require(row.second.size() == table.columns.size(), "table " + table.name, "a row of another width");
    }
  }

  void outcome(const Outcome& outcome, const std::string& where) {
    actions(outcome.actions, where);
    for (const Candidate& candidate : outcome.candidates) {
      if (const auto* one = std::get_if<Ask>(&candidate.target)) ask(*one, where);
      if (const auto* selection = std::get_if<Selection>(&candidate.target)) {
        for (const Ask& one : selection->among) ask(one, where);
        for (const Selector& by : selection->by) signals(by.reads, where);
      }
      if (const auto* split = std::get_if<SplitChoice>(&candidate.target)) {
        for (const Ask& one : split->among) ask(one, where);
        require(split->key.index < manifest_.signals.size(), where, "a split without its key");
        require(split->weights.size() == split->among.size(), where, "not one weight for each share");
      }
    }
  }

  void signals(const std::vector<SignalId>& ids, const std::string& where) {
    for (const SignalId id : ids) require(id.index < manifest_.signals.size(), where, "no such signal");
  }

  void ask(const Ask& ask, const std::string& where) {
    require(ask.model.index < manifest_.models.size(), where, "no such model");
    for (const SetSlot& setting : ask.settings) set(setting, where);
  }

  void set(const SetSlot& set, const std::string& where) {
    slot(set.slot, where);
    for (const Case& one : set.cases) condition(one.when, where);
  }

  void slot(SlotId id, const std::string& where) { require(id.index < manifest_.slots.size(), where, "no such slot"); }

  void actions(const std::vector<Action>& actions, const std::string& where) {
    for (const Action& action : actions) {
      std::visit(overloaded{
                     [&](const SetSlot& one) { set(one, where); },
                     [&](const ChangeSlot& one) { slot(one.slot, where); },
                     [&](const LimitSlot& one) { slot(one.slot, where); },
                     [&](const NarrowModels& narrow) {
                       require(narrow.keep.size() == manifest_.models.size(), where, "a narrowing that does not speak of every model");
                       for (const auto& keep : narrow.keep) list(keep, where);
                     },
                 },
                 action);
    }
  }

  void list(const std::vector<Condition>& conditions, const std::string& where) {
    for (const Condition& one : conditions) condition(one, where);
  }

  void condition(const Condition& condition, const std::string& where) {
    const bool is_bit = condition.bit >= manifest_.rule_bits() && condition.bit < manifest_.bits;
    require(condition.bit == kAlways || is_bit, where, "a condition on a bit that is not a rule's");
    for (const uint32_t route : condition.routes) {
      require(route == kOtherwise || route < manifest_.routes.size(), where, "a condition on a route that does not exist");
    }
    for (const ModelId model : condition.models) {
      require(model.index < manifest_.models.size(), where, "a condition on a model that does not exist");
    }
  }

  const Manifest& manifest_;
  const Graph& graph_;
  std::vector<bool> in_tier_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> verify(const Module& module) { return Verifier(module).run(); }

void check_module(const Module& module, const char* after) {
  const std::vector<std::string> found = verify(module);
  if (!found.empty()) report_bug(found.front().c_str(), after, __FILE__, __LINE__);
}

}  // namespace sbx
