// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/test_goals.h"

#include <algorithm>
#include <set>

#include "compiler/analysis/contest.h"
#include "compiler/driver/test_block.h"
#include "compiler/sema/types.h"
#include "runtime/engine/relevant.h"

namespace sbx::driver {
namespace {

using analysis::Question;

constexpr size_t kMostWinners = 64;   // that are tried to make a rule fire
constexpr size_t kMostSiblings = 64;  // of longer lists the other parts may be as they like

Question both(Question a, const Question& b) {
  join(a, b);
  return a;
}

Question holding(GuardId guard) { return {{{{guard, true}}}, {}}; }

/// A value next to where a test turns, and whether the test holds there.
struct Edge {
  GuardId at;
  std::string value;  // as an author writes it
  bool holds = false;
};

class Goals {
 public:
  explicit Goals(Module& module) : module_(module), contest_(module) {}

  std::vector<TestGoal> run() {
    const Manifest& manifest = module_.manifest;
    for (size_t i = 0; i < manifest.routes.size(); ++i) {
      const RouteId id = manifest.routes.id_at(i);
      const Route& route = manifest.routes[id];
      const Question wins = contest_.wins(id);
      add(route.name + " decides", {{wins, id}});
      if (route.clause) parts(route.name, *route.clause, {{}, wins.none}, id);
    }
    add("otherwise decides", {{contest_.nobody(), std::nullopt}});
    for (size_t i = 0; i < manifest.rules.size(); ++i) {
      const RuleId id = manifest.rules.id_at(i);
      const Rule& rule = manifest.rules[id];
      if (!rule.clause) {
        add(rule.name + " fires", aims_by_winner(id));
        goals_.back().any_aim_will_do = true;
        continue;
      }
      add(rule.name + " fires", {{holding(rule.clause->holds), std::nullopt}});
      parts(rule.name, *rule.clause, {}, std::nullopt);
    }
    return std::move(goals_);
  }

 private:
  void add(const std::string& title, std::vector<Aim> aims) {
    std::string unique = title;
    for (int i = 2; !titles_.insert(unique).second; ++i) unique = title + ", " + std::to_string(i);
    goals_.push_back({std::move(unique), std::move(aims)});
  }

  // It always holds, or hangs on who decides or who is asked.
  std::vector<Aim> aims_by_winner(RuleId id) const {
    std::vector<Aim> aims;
    const auto add_winner = [&](std::optional<RouteId> winner) {
      const Outcome* outcome = outcome_of(module_.manifest, winner);
      if (outcome == nullptr) return;
      for (const Condition& condition : module_.manifest.rules[id].when) {
        if (aims.size() == kMostWinners || !concerns(condition, winner, models_of(*outcome))) continue;
        Question question = winner ? contest_.wins(*winner) : contest_.nobody();
        if (condition.bit != kAlways) join(question, holding(module_.graph.outputs[condition.bit]));
        aims.push_back({std::move(question), winner, id});
      }
    };
    for (size_t i = 0; i < module_.manifest.routes.size(); ++i) add_winner(module_.manifest.routes.id_at(i));
    add_winner(std::nullopt);
    return aims;
  }

  // `around`: what must hold, and must not, for the outcome to hang on this part.
  void parts(const std::string& name, const Clause& clause, const Question& around, std::optional<RouteId> route) {
    if (clause.shape == Clause::Shape::Test) return test(name, clause, around, route);
    for (const Clause& part : clause.children) {
      Question more = around;
      for (const Clause& other : clause.children) {
        if (&other == &part || clause.children.size() > kMostSiblings) continue;
        if (clause.shape == Clause::Shape::All)
          more.some.push_back({{other.holds, true}});
        else
          more.none.push_back(other.holds);
      }
      parts(name, part, more, route);
    }
  }

  void test(const std::string& name, const Clause& test, const Question& around, std::optional<RouteId> route) {
    const std::string title = name + ": " + one_line(test.text);
    for (const Edge& edge : edges(test)) {
      const Question at = both(holding(edge.at), holding(edge.holds ? test.holds : test.fails));
      add(title + (edge.holds ? " holds" : " fails") + edge.value, aims(around, at, edge.holds ? route : std::nullopt));
      goals_.back().is_edge = true;
    }
    add(title + " holds", aims(around, holding(test.holds), route));
    std::vector<Aim> fails = aims(around, holding(test.fails), std::nullopt);
    fails.push_back({{{{{test.holds, false}}}, {}}, std::nullopt});
    add(title + " fails", std::move(fails));
  }

  // In full; then whoever else decides; then whatever the rest of the guard does.
  static std::vector<Aim> aims(const Question& around, const Question& what, std::optional<RouteId> route) {
    return {{both(around, what), route}, {both({around.some, {}}, what), std::nullopt}, {what, std::nullopt}};
  }

  static std::string one_line(const std::string& text) {
    std::string line;
    for (const char c : text) {
      const bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (!is_space || (!line.empty() && line.back() != ' ')) line += is_space ? ' ' : c;
    }
    return line;
  }

  std::vector<Edge> edges(const Clause& test) {
    const bool direct = std::holds_alternative<Within>(module_.graph.guards[test.holds]);
    const Guard guard = module_.graph.guards[direct ? test.holds : test.fails];  // a copy: edges are added to the table
    const auto* within = std::get_if<Within>(&guard);
    if (within == nullptr) return {};
    const auto type = number_type(within->value);
    if (!type) return {};
    const Range range = module_.graph.values[within->value].range;
    std::vector<Edge> edges;
    const auto add_edge = [&](int64_t value, bool inside) {
      const GuardId at = module_.graph.guards.add(Within{within->value, value, value});
      const std::string text = type->kind == TypeKind::Set ? "" : sema::written(*type, shortest({value, decimal_places(type->kind)}));
      edges.push_back({at, text.empty() ? " at its edge" : " at " + text, inside == direct});
    };
    if (within->lo > range.low) add_edge(within->lo, true), add_edge(within->lo - 1, false);
    if (within->hi < range.high && (within->hi != within->lo || within->lo <= range.low)) add_edge(within->hi, true);
    if (within->hi < range.high) add_edge(within->hi + 1, false);
    return edges;
  }

  // Nothing: it is no number. A set: it is one, of no type that is written.
  std::optional<Type> number_type(ValueId id) const {
    const auto& op = module_.graph.values[id].op;
    if (const auto* leaf = std::get_if<LeafValue>(&op)) {
      const Leaf& of = module_.manifest.leaves[leaf->leaf];
      const Type& type = module_.manifest.signals[of.signal].type;
      if (of.facet == Facet::Confidence) return Type{TypeKind::Probability};
      return of.facet == Facet::Value && sema::is_numeric(type.kind) ? std::optional(type) : std::nullopt;
    }
    if (const auto* or_else = std::get_if<OrElse>(&op)) return number_type(or_else->value);
    const bool is_number = std::holds_alternative<Sum>(op) || std::holds_alternative<Above>(op) || std::holds_alternative<Min>(op) ||
                           std::holds_alternative<Max>(op) || std::holds_alternative<Lerp>(op);
    return is_number ? std::optional(Type{TypeKind::Set}) : std::nullopt;
  }

  Module& module_;
  analysis::Contest contest_;
  std::vector<TestGoal> goals_;
  std::set<std::string> titles_;
};

}  // namespace

std::vector<TestGoal> goals_of(Module& module) { return Goals(module).run(); }

std::vector<GuardId> guards_of(const std::vector<TestGoal>& goals) {
  std::set<GuardId> guards;
  for (const TestGoal& goal : goals) {
    for (const Aim& aim : goal.aims) {
      guards.insert(aim.question.none.begin(), aim.question.none.end());
      for (const analysis::AnyOf& clause : aim.question.some) {
        for (const analysis::Literal& literal : clause) guards.insert(literal.guard);
      }
    }
  }
  return {guards.begin(), guards.end()};
}

}  // namespace sbx::driver
