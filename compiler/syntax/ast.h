// SPDX-License-Identifier: Apache-2.0
// The tree of one file, as written: names are text, nothing is resolved, every node knows its place.
// After error recovery a broken piece is an Invalid node; later stages pass it by in silence.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/base/decimal.h"
#include "runtime/base/variant.h"
#include "runtime/source/source.h"

namespace sbx::ast {

struct Expr;

/// One identifier, NFC-normalised.
struct Name {
  std::string text;
  Span span;
};

/// `user.tier`, `org.baseline`: one or more identifiers joined by dots.
struct Path {
  std::vector<Name> parts;
  Span span;
  [[nodiscard]] std::string text() const;  // joined by "."
};

// ---------------------------------------------------------------------------------------------- expressions

/// The suffix or prefix that gives a number its dimension. k, M, G (thousands) and Ki, Mi, Gi (1,024) are already multiplied in.
enum class Unit { None, Percent, Money, MoneyPerMillion, Nanoseconds, Bytes };

struct Number { Decimal value; Unit unit = Unit::None; };  // durations are in nanoseconds, `5%` is 0.05 with Unit::Percent
struct String { std::string value; };                      // escapes resolved
struct Bool { bool value = false; };
struct Reference { Path path; };                           // a signal, a label, a model: the resolver knows
struct Wildcard {};                                        // `*` in a table row
struct List { std::vector<Expr> items; };

/// `name: value`, `0.3: 0.80` (key is a Number) or a bare value (no key).
struct Field;
struct Record { std::vector<Field> fields; };
struct Call { Path callee; Span callee_span; std::vector<Field> arguments; };

enum class CompareOp { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };
enum class ArithmeticOp { Add, Subtract, Multiply, Divide };

struct Not { Box<Expr> operand; };
struct Negate { Box<Expr> operand; };                                  // -x
struct And { std::vector<Expr> operands; };                            // flattened: two or more
struct Or { std::vector<Expr> operands; };                             // flattened: two or more
struct Compare { CompareOp op; Span op_span; Box<Expr> left, right; };
struct Is { Box<Expr> operand; Box<Expr> label; };                     // `topic is code`
struct In { Box<Expr> operand; Box<Expr> list; };                      // right side a List or a Reference
struct Has { Box<Expr> set; Box<Expr> member; };                       // `topics has code`
struct Known { Box<Expr> operand; };                                   // `field?`
struct Arithmetic { ArithmeticOp op; Span op_span; Box<Expr> left, right; };
struct Above { Box<Expr> operand; Box<Expr> threshold; };              // `like_code above 0.79`
struct OrElse { Box<Expr> operand; Box<Expr> fallback; };              // `x or else v`
struct Conditional { Box<Expr> then; Box<Expr> condition; Box<Expr> otherwise; };  // `a if c else b`
struct Below { CompareOp op; Box<Expr> bound; };                       // `< 0.3`: a band's bound, inside `bands(…)`
struct ArgMax { std::vector<Field> members; std::optional<Box<Expr>> margin; std::vector<Name> ties; };
struct Parenthesized { Box<Expr> inner; };                             // kept: the formatter and messages need it
struct Ellipsis {};                                                    // `...` in a list: parses, is refused by sema
/// What could not be read. A broken declaration keeps the names it may have declared, so that their uses are no second error.
struct Invalid { std::vector<Name> names; };

struct Expr {
  std::variant<Invalid, Number, String, Bool, Reference, Wildcard, List, Record, Call, Not, Negate, And, Or, Compare, Is, In, Has,
               Known, Arithmetic, Above, OrElse, Conditional, Below, ArgMax, Parenthesized, Ellipsis>
      node;
  Span span;
};

struct Field {
  std::optional<Box<Expr>> key;  // a one-part Reference for `name:`, a Number for `0.3:`, a String for `"x":`
  std::optional<Box<Expr>> value;  // absent for the last member of `bands(x, low: < 0.3, high)`, which is a bare Reference in `value` with no key
  Span span;
  /// The key's identifier, or empty when the key is absent or not a plain name.
  [[nodiscard]] std::string_view name() const;
};

// ---------------------------------------------------------------------------------------------- types

/// `bool`, `text`, `{free, pro}`, `set of {a, b}`, `[text]`, `similarity("e5")`.
struct TypeExpr {
  struct Named { Name name; std::vector<Expr> arguments; };
  struct Labels { std::vector<Name> members; };  // closed and ordered as written; a number-like member keeps its text
  struct SetOf { Box<TypeExpr> element; };
  struct ListOf { Box<TypeExpr> element; };
  std::variant<Named, Labels, SetOf, ListOf> node;
  Span span;
};

// ---------------------------------------------------------------------------------------------- actions

/// `reasoning = low`, `header "x" = "v"` (key "x"), `log = bodies(first: 2KiB)`.
struct Assign { Path slot; std::optional<Expr> key; Expr value; };

/// One attempt of `model = a(reasoning: high), then b on [timeout, 5xx], then deny 503 "…"`.
struct Deny { Expr status; std::optional<Expr> message; };
struct Respond { Expr message; };
struct Escalate { std::optional<Name> target; std::optional<Expr> message; };  // `escalate human "large refund"`
struct Ask { Path target; std::vector<Field> settings; };  // a model, plan, graph, `none`, `skip`
/// `choose [a, b] by elo(per: topic), cheapest`, `choose up to 3 [a, b] by … or none`.
struct Choose { std::optional<Expr> up_to; std::vector<Ask> among; std::vector<Expr> by; bool or_none = false; };
/// `split 95/5 on user.id [a, b]`.
struct Split { std::vector<Expr> weights; Path key; std::vector<Ask> among; };
struct Attempt {
  std::variant<Ask, Choose, Split, Deny, Respond, Escalate> target;
  std::vector<Expr> on;  // error classes of the attempt BEFORE this one: `then b on [timeout, 5xx, 429]`
  Span on_span;
  Span span;
};
struct AssignModel { std::vector<Attempt> attempts; };
/// `persona = choose [a, b] by s(…)`, `cache = split 90/10 on user.id [a, b]`: a choice for a slot other than `model`.
struct AssignTargets { Path slot; std::optional<Expr> key; Attempt choice; };

/// `tools only [a]`, `tags add [x]`, `tools without [y]`, `model only where E`, `model only [a]`, `model without large`.
enum class SetOp { Add, Only, Without };
struct ChangeSet { Path slot; SetOp op; std::optional<Expr> members; std::optional<Expr> where; };
/// `max_tokens at most 1k`.
struct AtMost { Path slot; Expr limit; };

struct Action {
  std::variant<Invalid, Assign, AssignModel, AssignTargets, Deny, Respond, Escalate, ChangeSet, AtMost> node;
  Span span;
};

// ---------------------------------------------------------------------------------------------- declarations

struct Decl;

/// `under org.base(cap: $5)`.
struct Under { Path base; std::vector<Field> arguments; Span span; };

struct PolicyDecl { Name name; std::optional<Under> under; std::vector<Expr> serves; std::vector<Decl> body; bool braced = false; };
struct Parameter { Name name; TypeExpr type; };
struct ModuleDecl { Path name; std::vector<Parameter> parameters; std::vector<Decl> body; bool braced = false; };
struct LanguageDecl { Expr version; };                                    // `language 1`
struct Use { std::optional<Path> module; std::optional<Expr> file; std::optional<Name> alias; };
struct ProviderDecl { Name name; std::vector<Field> fields; };
struct ModelDecl { Name name; std::vector<Field> fields; };
struct AttributeDecl { Path path; TypeExpr type; };                       // `attribute model.region: {eu, us}`

/// `from header("x-role") verified`: origin is a Call (`header("x")`, `metadata("k")`) or the name `gateway`.
struct InputDecl { Path path; TypeExpr type; std::optional<Expr> origin; bool verified = false; bool claim = false; std::optional<Expr> or_else; };
struct BudgetDecl { bool strict = false; Name name; Expr limit; Name period; std::vector<Path> for_each; std::optional<Expr> or_else; };
struct Column { Name name; TypeExpr type; };
struct TableRow { std::vector<Expr> cells; Expr result; Span span; };
/// `table tenant by tenant_id { region: {eu} } from "f.csv"`, or `table way(a, b): {rag, whole} { x * : rag }`.
struct TableDecl {
  Name name;
  std::optional<Path> by; std::vector<Column> columns; std::optional<Expr> file;
  std::vector<Path> inputs; std::optional<TypeExpr> result; std::vector<TableRow> rows;
};
struct SignalDecl { Name name; Expr value; };
struct SlotDecl { Name name; TypeExpr type; std::optional<Expr> initial; };
struct DefaultsDecl { std::vector<Action> assignments; };
struct RouteDecl { Name name; std::optional<Expr> guard; std::vector<Action> actions; };
struct Over { Path winner; std::vector<Path> losers; };
enum class BlockKind { First, Best };
struct BlockDecl { BlockKind kind; std::optional<Name> name; std::optional<Expr> margin; std::vector<Decl> entries; };
struct TierDecl { bool strict = false; Name name; std::vector<Decl> entries; };  // routes, blocks, Over
struct OtherwiseDecl { std::vector<Action> actions; };
struct UnservedDecl { std::vector<Action> actions; };
/// `rule thrift over routes when …`: `over`/`under` hold paths; the word `routes` is a Path of one part.
struct RuleDecl { Name name; std::vector<Path> over, under; std::optional<Expr> guard; std::vector<Action> actions; };
struct AlwaysDecl { std::vector<Decl> rules; };                           // rules and Over
struct RequireDecl { bool possible = false; Expr condition; std::optional<Expr> when; std::vector<Path> for_each; };

/// A plan's, graph's, state's or feedback's body is kept as written: nothing runs it (docs/language/plans.md).
struct PlanDecl { Name name; Span body; };
struct GraphDecl { Name name; Span body; };
struct StateDecl { Name name; Path kind; std::vector<Field> arguments; std::vector<Path> per; };
struct FeedbackDecl { std::optional<Expr> when; std::optional<Name> verb; std::vector<Path> learns; };
/// `persona expert { inject: system """…""" }`, `adapter prism { base: qwen }`: any kind of target that is not a model.
struct TargetDecl { Name kind; Name name; std::vector<Field> fields; };

/// One entry of `given { … }` or `expect { … }`: `topic: law 0.91`, `user.tier: enterprise`, `topic: unknown`, `header("x"): "v"`.
struct Given { Expr name; Expr value; std::optional<Expr> confidence; Span span; };
struct TestStep { std::vector<Given> given; std::vector<Given> expect; Span span; };
struct TestDecl { Expr title; TestStep step; };
struct ScenarioDecl { Expr title; std::vector<TestStep> steps; };

/// stdlib only: `extern signal keywords(any: [text] = [], …): bool cost fast`, `extern input tokens: tokens cost free`.
struct ExternParameter { Name name; TypeExpr type; std::optional<Expr> initial; };
struct ExternDecl {
  Name kind;                               // signal, input, slot, effect, selector
  Path name;
  std::vector<ExternParameter> parameters;
  bool has_parameters = false;             // `text` against `header(name: text)`
  std::optional<TypeExpr> type;
  std::vector<Field> attributes;           // `{ cost: fast  origin: gateway  default: … }`
  std::string doc;                         // the `///` lines above it
};

struct Decl {
  std::variant<Invalid, LanguageDecl, PolicyDecl, ModuleDecl, Use, ProviderDecl, ModelDecl, AttributeDecl, InputDecl, BudgetDecl, TableDecl,
               SignalDecl, SlotDecl, DefaultsDecl, TierDecl, BlockDecl, RouteDecl, Over, OtherwiseDecl, UnservedDecl, AlwaysDecl, RuleDecl,
               RequireDecl, PlanDecl, GraphDecl, StateDecl, FeedbackDecl, TargetDecl, TestDecl, ScenarioDecl, ExternDecl>
      node;
  Span span;
  bool is_private = false;
};

/// One file. A file with one policy may drop the braces: then the declarations after the `policy` line are its body.
struct File {
  FileId source;
  std::vector<Decl> decls;
};

}  // namespace sbx::ast
