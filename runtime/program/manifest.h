// SPDX-License-Identifier: Apache-2.0
// All that a host must know of a compiled policy besides its decision graph: what to read, who may win, what
// each route and rule does, and where it was written. Plain data; serialised into ahead-of-time objects.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/base/id.h"
#include "runtime/program/types.h"
#include "runtime/source/source.h"

namespace sbx {

struct SignalTag; using SignalId = Id<SignalTag>;
struct LeafTag; using LeafId = Id<LeafTag>;
struct GuardTag; using GuardId = Id<GuardTag>;    // a node of the decision graph (graph.h)
struct ModelTag; using ModelId = Id<ModelTag>;
struct SlotTag; using SlotId = Id<SlotTag>;
struct RouteTag; using RouteId = Id<RouteTag>;
struct RuleTag; using RuleId = Id<RuleTag>;
struct TableTag; using TableId = Id<TableTag>;

/// A span with everything that JSON and people need, so that a program outlives its sources.
struct Place {
  std::string file;
  Position start;
  Position end;
};

// ------------------------------------------------------------------------------------------------ what is read

/// A signal or input that the host reads (derived signals are arithmetic of the graph and not listed).
struct SignalInfo {
  std::string name;                 // `topic`, `user.tier`, `header("x-role")`, `spend.remaining`
  std::string kind;                 // the extern of stdlib/ that computes it: `keywords`, `user.tier`, `budget`, `table`
  ConstantRecord arguments;         // all parameters, defaults filled in
  Type type;
  CostClass cost = CostClass::Free;
  std::optional<Constant> or_else;  // stands in for a failed or absent reading (then the reading counts as known)
  bool verified = false;            // the settings must vouch for it
  bool claim = false;               // the client says so
  bool fallible = true;             // it can be unknown, unless `or_else` stands in
  Place place;
};

enum class Facet : uint8_t { Value, Confidence, Has };

/// One integer of the frame. Bool 0/1; label: index in the members; text: index in `literals`, -1 for any other text;
/// `Has`: whether the set holds `member`; `Confidence`: of a label reading, a probability.
struct Leaf {
  SignalId signal;
  Facet facet = Facet::Value;
  std::string member;                  // Has
  std::vector<std::string> literals;   // Value of a text: what the policy compares it with, interned at the edge
  Range range;
};

/// Rows of a `table … by …`: typed data by key; a key that is not listed is unknown.
struct KeyedTable {
  std::string name;
  SignalId key;
  std::vector<std::string> columns;
  std::vector<std::pair<std::string, std::vector<Constant>>> rows;  // sorted by key
};

// ------------------------------------------------------------------------------------------------ whom to ask

struct Model {
  std::string name;        // in the policy
  std::string provider;
  std::string served_name; // `name:`: what the provider calls it
  std::optional<int64_t> context_tokens;
  std::optional<int64_t> output_tokens;
  bool tools = false, vision = false, audio = false, json = false;
  std::vector<std::string> dialects;   // empty: all
  std::vector<std::string> reasoning;  // modes it has; empty: not said
  std::optional<Decimal> price_in;     // dollars per million tokens
  std::optional<Decimal> price_out;
  std::vector<std::pair<std::string, Constant>> attributes;
  Place place;
};

/// Holds when bit `bit` of the match is set (kAlways: without any), for the listed routes and models (empty: all).
/// Guards that read `route` or `model` are expanded over them when they are lowered, so the graph itself reads signals only.
inline constexpr uint32_t kAlways = UINT32_MAX;
inline constexpr uint32_t kOtherwise = UINT32_MAX - 1;  // in `Condition::routes`: the request went to `otherwise`
struct Condition {
  uint32_t bit = kAlways;
  std::vector<uint32_t> routes;
  std::vector<ModelId> models;
};

/// The first case whose condition holds; none: the slot is left alone (docs/language/slots.md#unknown).
struct Case { Condition when; Constant value; };

struct SetSlot { SlotId slot; std::string key; std::vector<Case> cases; Place place; };          // key: header "x"
enum class SetChange : uint8_t { Add, Only, Without };
struct ChangeSlot { SlotId slot; SetChange change; std::vector<Constant> members; Place place; };
struct LimitSlot { SlotId slot; int64_t at_most = 0; Place place; };
/// A narrowing: a model stays a candidate only if one of its conditions holds. A model without conditions is excluded.
struct NarrowModels { std::vector<std::vector<Condition>> keep; /* by ModelId */ std::string text; Place place; };
struct Denial { int status = 403; std::string message; };
struct Response { std::string message; };
struct Escalation { std::string target; std::string message; };

struct Ask { ModelId model; std::vector<SetSlot> settings; };
/// `choose [a, b] by s`: `by` are names of selector kinds with arguments, in order. `reads`: the signals that arguments name.
struct Selector { std::string name; ConstantRecord arguments; std::vector<SignalId> reads; };
struct Selection { std::vector<Ask> among; std::vector<Selector> by; uint32_t up_to = 1; bool or_none = false; };
/// `split 95/5 on user.id [a, b]`: sticky by the hash of the key's text.
struct SplitChoice { std::vector<Ask> among; std::vector<int64_t> weights; SignalId key; };
struct Candidate {
  std::variant<Ask, Selection, SplitChoice, Denial, Response, Escalation> target;
  std::vector<std::string> on;  // error classes of the attempt before it; empty: the default ones
  Place place;
};

using Action = std::variant<SetSlot, ChangeSlot, LimitSlot, NarrowModels>;

/// What a winner does: one outcome (candidates in order, or a single denial, response, escalation) and its assignments.
struct Outcome {
  std::vector<Candidate> candidates;
  std::vector<Action> actions;
};

// ------------------------------------------------------------------------------------------------ who wins

/// A source-level condition, for `explain`: what was tested, in the author's words, and the two graph nodes that say
/// whether it certainly holds and whether it certainly does not (neither: unknown).
struct Clause {
  enum class Shape : uint8_t { Test, All, Any } shape = Shape::Test;
  std::vector<Clause> children;
  std::string text;
  Place place;
  GuardId holds;
  GuardId fails;
  std::vector<SignalId> signals;
};

struct Route {
  std::string name;
  uint32_t bit = 0;               // its guard among the outputs; the win gate for a route of a `best` block
  GuardId guard;                  // the guard as written
  std::optional<Clause> clause;   // none: it has no `when`
  Outcome outcome;
  bool strict = false;
  Place place;
};

/// An entry of a tier; `routes` holds one for a plain route. A `best` block has a margin and one score a route (values of graph.h by index).
struct Entry {
  enum class Kind : uint8_t { Route, First, Best } kind = Kind::Route;
  std::string name;
  std::vector<RouteId> routes;        // Route: one; Best: all
  std::vector<Entry> entries;         // First: in order
  std::vector<uint32_t> scores;       // Best: ValueId indices, beside `routes`
  int64_t margin = 0;                 // Best
  std::vector<uint32_t> beats;        // positions of the tier's entries it is over, transitively closed
};
struct Tier { std::string name; bool strict = false; std::vector<Entry> entries; };

struct Rule {
  std::string name;
  std::vector<Condition> when;      // fires when any holds
  std::vector<Action> actions;
  std::optional<Clause> clause;
  bool narrowing = false;           // reads signals only
  bool over_routes = false;         // its assignments beat the winner's
  bool under_routes = false;
  std::vector<RuleId> over_rules;   // transitively closed
  std::vector<RouteId> over_listed, under_listed;
  Place place;
};

struct Slot {
  std::string name;
  Type type;
  enum class Kind : uint8_t { Choice, Set, Limit } kind = Kind::Choice;
  std::optional<Constant> initial;  // default, after `defaults { … }`
  bool keyed = false;               // header "x"
  bool effect = false;              // shown among `effects` rather than `slots`
  bool required = false;            // no default: must be set on every call
};

/// What `persona expert { … }` or `adapter legal { … }` declares: a value of the slot of its kind. Of a persona the fields hold `inject` or
/// `replace`, a text for the model; of an adapter `base`, a model, and `name`.
struct Target {
  std::string kind;
  std::string name;
  ConstantRecord fields;
  Place place;
  /// The text of a field; null where it has none.
  [[nodiscard]] const std::string* text(std::string_view field) const;
};

/// A `require` whose parts depend on readings, route and model alone: no attempt may have `when` hold and `holds` not.
struct Requirement { std::string text; std::vector<Condition> when; std::vector<Condition> holds; Place place; };

/// `state odds: beta(window: 500) per (model, topic)`: what is remembered, for each model and value of the signals.
struct StateInfo { std::string name; std::string kind; ConstantRecord parameters; std::vector<SignalId> per; Place place; };
/// One test of feedback's gate: `quality >= 0.5`, `outcome == ok`. `op`: == != < <= > >= in; or `?`: it is known.
struct FeedbackTest { std::string field; std::string op; Constant value; };
/// `on feedback when … { learn odds }`: what may teach, and which states.
struct FeedbackRule { std::vector<FeedbackTest> when; std::vector<std::string> learns; Place place; };

struct Manifest {
  std::string name;
  std::string revision;  // "sha256:…" of the meaning
  std::string file;
  std::vector<std::string> serves;
  Table<SignalId, SignalInfo> signals;
  Table<LeafId, Leaf> leaves;
  Table<TableId, KeyedTable> tables;
  Table<ModelId, Model> models;
  Table<SlotId, Slot> slots;
  std::vector<Target> targets;    // in the order declared
  Table<RouteId, Route> routes;   // by id in source order
  std::vector<RouteId> order;     // bit i belongs to order[i]; a linear extension of who beats whom
  std::vector<Tier> tiers;
  Table<RuleId, Rule> rules;
  std::optional<Outcome> otherwise;
  std::optional<Outcome> unserved;
  Place otherwise_place;
  std::vector<Requirement> requirements;
  std::vector<StateInfo> states;
  std::vector<FeedbackRule> feedback;
  uint32_t bits = 0;              // outputs of the graph; bits of routes come first, the others start at rule_bits()

  /// The target of a kind by its name; null for `none`.
  [[nodiscard]] const Target* target(std::string_view kind, std::string_view name) const;
  /// Where the bits that are not routes' begin: the next multiple of 64.
  [[nodiscard]] uint32_t rule_bits() const { return (static_cast<uint32_t>(order.size()) + 63) / 64 * 64; }
  [[nodiscard]] uint32_t words() const { return (bits + 63) / 64; }
};

}  // namespace sbx
