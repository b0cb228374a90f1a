// SPDX-License-Identifier: Apache-2.0
// The resolved policy: one `policy` with its base modules laid in, every name an id, every expression typed.
// Immutable once resolve() returns it. Parts with errors are left out (the diagnostics say so).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/sema/expr.h"

namespace sbx::sema {

struct Attribute { std::string name; Type type; Span span; };

struct Model {
  std::string name;
  sbx::Model facts;                                            // runtime/program/manifest.h; `place` and `attributes` are left to lower
  std::vector<std::pair<AttributeId, Expr>> attributes;        // constants
  Span span;
};

/// A signal or a request name. `value` is absent for what the host reads.
struct Symbol {
  std::string name;                     // `topic`, `user.tier`, `header("x-role")`, `spend.remaining`, `tenant.region`, `safety.has_pii`
  Type type;
  std::optional<Expr> value;            // derived
  // Read by the host:
  std::string kind;                     // the stdlib extern
  ConstantRecord arguments;
  CostClass cost = CostClass::Free;
  std::optional<Range> range;           // host-read: what a number can be; none: all of its type
  std::optional<Expr> or_else;          // constant; of a host-read one
  bool verified = false;
  bool claim = false;
  bool is_private = false;
  Span span;                            // of its declaration; invalid for a built-in
  bool fallible = true;                 // host-read: whether it can be unknown without `or_else`
  bool is_signal = false;               // observed rather than stated: `is` asks for its label
};

/// `table way(task, size, model.strength): {rag, whole} { … }`: every row has one cell an input (nothing: `*`).
struct DecisionTable {
  std::string name;
  std::vector<Expr> inputs;
  Type result;
  struct Row { std::vector<std::optional<uint32_t>> cells; uint32_t result = 0; Span span; };
  std::vector<Row> rows;
  Span span;
};

struct KeyedTable { std::string name; SymbolId key; std::vector<std::string> columns; std::vector<Type> types;
                    std::vector<std::pair<std::string, std::vector<Constant>>> rows; Span span; };

struct Slot { sbx::Slot facts; Span span; };

/// `persona expert { … }`: a target that is no model (sbx::Target).
struct Target { std::string kind; std::string name; ConstantRecord fields; Span span; };

// Actions. A SetSlot's value may read signals (a label-valued or constant expression) and, in rules, the model.
struct SetSlot { SlotId slot; std::string key; Expr value; Span span; };
struct ChangeSlot { SlotId slot; SetChange change; std::vector<Constant> members; Span span; };
struct LimitSlot { SlotId slot; int64_t at_most = 0; Span span; };
/// `model only where E`, `model only [a]`, `model without b`: E reads the model's fields (DecisionRef) and signals.
struct NarrowModels { std::optional<Expr> where; std::vector<ModelId> listed; bool without = false; Span span; };
using Action = std::variant<SetSlot, ChangeSlot, LimitSlot, NarrowModels>;

struct Ask { ModelId model; std::vector<SetSlot> settings; };
struct Selection { std::vector<Ask> among; std::vector<sbx::Selector> by; uint32_t up_to = 1; bool or_none = false; };
struct SplitChoice { std::vector<Ask> among; std::vector<int64_t> weights; SymbolId key; };
struct Candidate {
  std::variant<Ask, Selection, SplitChoice, Denial, Response, Escalation> target;
  std::vector<std::string> on;
  Span span;
};
struct Outcome { std::vector<Candidate> candidates; std::vector<Action> actions; };

struct Route {
  std::string name;
  std::optional<Expr> guard;
  Outcome outcome;
  bool strict = false;
  std::optional<Expr> score;      // in a `best` block: the left side of its one scored comparison
  Span span;                      // of its name
  Span whole;
};

/// Mirrors sbx::Entry. `over` holds positions in the same list, as declared (not closed).
struct Entry {
  sbx::Entry::Kind kind = sbx::Entry::Kind::Route;
  std::string name;
  std::vector<RouteId> routes;
  std::vector<Entry> entries;
  Decimal margin;
  std::vector<uint32_t> over;
  Span span;
};
struct Tier { std::string name; bool strict = false; std::vector<Entry> entries; Span span; };

struct Rule {
  std::string name;
  std::optional<Expr> guard;
  std::vector<Action> actions;
  bool over_routes = false, under_routes = false;
  std::vector<RuleId> over_rules;
  std::vector<RouteId> over_listed, under_listed;
  Span span;
};

struct Require { bool possible = false; Expr condition; std::optional<Expr> when; std::vector<Expr> for_each; Span span; };

/// A test's step: the request as an envelope in JSON (docs/cli.md) made from text, user.*, header(…) etc., and the readings given.
struct GivenReading {
  std::string name;
  bool unknown = false;
  Constant value;
  std::optional<Decimal> confidence;
  Span span;
};
struct Expectation { std::string name; std::vector<std::string> values; bool is_list = false; Span span; };  // route, model, outcome, rules, asks, or a slot
struct TestStep { std::string request_json; std::vector<GivenReading> given; std::vector<Expectation> expect; Span span; };
struct Test { std::string title; std::vector<TestStep> steps; bool scenario = false; Span span; };

/// `state odds: thompson(window: 500) per (model, topic)`: a memory of a selector, under a name of its own.
struct State { std::string name; std::string kind; ConstantRecord parameters; std::vector<SymbolId> per; Span span; };
/// `on feedback when quality >= 0.5 { learn odds }`.
struct Feedback { std::vector<FeedbackTest> when; std::vector<std::string> learns; Span span; };

struct Policy {
  std::string name;
  std::vector<std::string> serves;
  Span span;
  Table<SymbolId, Symbol> symbols;
  Table<AttributeId, Attribute> attributes;
  Table<ModelId, Model> models;
  Table<SlotId, Slot> slots;
  std::vector<Target> targets;
  Table<TableId, KeyedTable> tables;
  Table<DecisionTableId, DecisionTable> decision_tables;
  Table<RouteId, Route> routes;
  std::vector<Tier> tiers;                // base's strict tiers first, strict before the rest, entries outside a tier last
  Table<RuleId, Rule> rules;
  std::optional<Outcome> otherwise;
  std::optional<Outcome> unserved;
  Span otherwise_span;
  std::vector<Require> requires_;
  std::vector<State> states;
  std::vector<Feedback> feedback;
  std::vector<Test> tests;
  std::vector<Symbol> fit;                // built-in inputs that say what a request asks of a model, used or not
};

}  // namespace sbx::sema
