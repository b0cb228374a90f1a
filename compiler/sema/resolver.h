// SPDX-License-Identifier: Apache-2.0
// One policy while it is being resolved. Its methods are in resolve_*.cpp, one concern each; resolve.cpp is the order they run in.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "compiler/sema/label_uses.h"
#include "compiler/sema/policy.h"
#include "compiler/sema/scope.h"
#include "compiler/sema/types.h"

namespace sbx::sema {

/// What an expression may read: nothing; signals; signals and the attempt (`route`, `model`); the model's fields by their bare
/// names as well (`model only where`); everything of a decision (`require`).
enum class Reads : uint8_t { Constants, Signals, Attempt, Fields, Promise };

struct Env {
  const Unit* unit = nullptr;
  Reads reads = Reads::Signals;
};

using MaybeExpr = std::optional<Expr>;

class Resolver {
 public:
  /// A policy, or a file or module that is only checked (its parameters then stand for any constant).
  Resolver(const World& world, const Unit& unit, Diagnostics& diags);
  Policy run();

 private:
  // resolve_types.cpp
  std::optional<Type> type(const ast::TypeExpr& from);
  std::optional<Type> named_type(const ast::TypeExpr::Named& named, Span span);
  std::optional<Type> label_type(const ast::TypeExpr::Labels& labels);

  // resolve_expr.cpp: any expression; `want` is the type that bare words and plain numbers take
  MaybeExpr expr(const ast::Expr& from, const Env& env, const Type* want = nullptr);
  MaybeExpr boolean(const ast::Expr& from, const Env& env);
  MaybeExpr constant(const ast::Expr& from, const Env& env, const Type& want);
  MaybeExpr number(const ast::Number& from, Span span, const Type* want);
  MaybeExpr text(const ast::String& from, Span span, const Type* want);
  MaybeExpr list(const ast::List& from, Span span, const Env& env, const Type* want);
  MaybeExpr known(const ast::Known& from, Span span, const Env& env);
  MaybeExpr or_else(const ast::OrElse& from, Span span, const Env& env, const Type* want);
  MaybeExpr conditional(const ast::Conditional& from, Span span, const Env& env, const Type* want);
  template <class Node>
  MaybeExpr connective(const std::vector<ast::Expr>& operands, Span span, const Env& env);

  // resolve_names.cpp
  MaybeExpr reference(const ast::Path& path, Span span, const Env& env, const Type* want);
  MaybeExpr label(const std::string& member, Span span, const Type& type);
  MaybeExpr declared_value(const Declared& declared, const std::string& rest, Span span, const Env& env);
  /// A name of the policy, its modules or the library; nothing and no report where there is none.
  enum class Missing { No, Yes, Reported };
  Missing find_value(const ast::Path& path, Span span, const Env& env, MaybeExpr& result);
  MaybeExpr decision_field(const ast::Path& path, Span span, const Env& env);
  MaybeExpr model_field(const std::string& field, Span span);
  MaybeExpr symbol_ref(SymbolId symbol, Span span);
  Type names_type(DecisionField field);
  void unknown_value(const std::string& name, Span span, const Env& env);
  void unknown(std::string_view what, const std::string& name, Span span, const std::vector<std::string>& names);
  void report_found(const Found& found, const std::string& name, Span span);

  // resolve_compare.cpp
  MaybeExpr compare(const ast::Compare& from, Span span, const Env& env);
  MaybeExpr compare_numbers(CompareOp op, const ast::Compare& from, Expr left, Expr right, Span span);
  MaybeExpr compare_labels(CompareOp op, const ast::Compare& from, Expr left, Expr right, Span span);
  MaybeExpr is(const ast::Is& from, Span span, const Env& env);
  MaybeExpr in(const ast::In& from, Span span, const Env& env);
  MaybeExpr has(const ast::Has& from, Span span, const Env& env);
  MaybeExpr has_member(Expr set, const ast::Expr& member, Span span, const Env& env);
  bool same_labels(const Expr& left, const Expr& right, bool ordered, Span span);

  // resolve_sum.cpp
  struct Terms;
  MaybeExpr arithmetic(const ast::Expr& from, const Env& env, const Type* want);
  bool add_term(const ast::Expr& from, Decimal weight, const Env& env, Terms& terms);
  bool add_product(const ast::Arithmetic& from, Span span, Decimal weight, const Env& env, Terms& terms);
  MaybeExpr finish_sum(Terms terms, Span span);
  std::optional<Decimal> weight_of(const ast::Expr& from, const Env& env);
  std::optional<Decimal> plain_number(const ast::Expr& from, const Env& env, const Type* want, const char* what);

  // resolve_forms.cpp: bands, lerp, max, min, above, argmax
  MaybeExpr above(const ast::Above& from, Span span, const Env& env);
  MaybeExpr bands(const ast::Call& from, Span span, const Env& env);
  MaybeExpr lerp(const ast::Call& from, Span span, const Env& env, const Type* want);
  MaybeExpr extreme(const ast::Call& from, Span span, const Env& env, bool maximum);
  MaybeExpr arg_max(const ast::ArgMax& from, Span span, const Env& env);

  // resolve_calls.cpp: what the host reads, with its arguments
  MaybeExpr call(const ast::Call& from, Span span, const Env& env, const Type* want);
  const Extern* find_extern(std::string_view kind, const ast::Path& path, const Env& env);
  const Extern* readable(const ast::Path& path, const Env& env);
  std::optional<ConstantRecord> arguments(const Extern& callee, const std::vector<ast::Field>& given, Span span, const Env& env);
  // resolve_arguments.cpp
  std::optional<Constant> argument(const ast::TypeExpr& type, const std::string& name, const ast::Expr& given, const Env& env);
  std::optional<Constant> list_argument(const ast::TypeExpr& element, const std::string& name, const ast::Expr& given, const Env& env);
  std::optional<Constant> record_argument(const std::string& name, const ast::Expr& given, const Env& env);
  std::optional<Constant> files_argument(const std::string& name, const ast::Expr& given, const Env& env);
  using MemberArgument = std::function<std::optional<Constant>(const std::string& key, const ast::Expr& given)>;
  std::optional<Constant> record_of(const std::string& example, const std::string& name, const ast::Expr& given,
                                    const MemberArgument& member);
  std::optional<Constant> any_argument(const std::string& name, const ast::Expr& given, const Env& env);
  std::optional<Constant> text_argument(const std::string& name, const ast::Expr& given, const Env& env);
  bool find_elided(const ast::Expr& given);
  std::optional<Type> reading_type(const Extern& callee, const ConstantRecord& arguments, Span span);
  std::optional<Symbol> host_read(const Extern& callee, const std::vector<ast::Field>* given, Span span, const Env& env);
  bool available(const Extern& callee, Span span);

  // resolve_signals.cpp
  std::optional<SymbolId> signal(const Declared& declared);
  std::optional<SymbolId> resolve_signal(const Declared& declared, const ast::SignalDecl& from);
  std::optional<SymbolId> input(const Declared& declared);
  std::optional<SymbolId> resolve_input(const Declared& declared, const ast::InputDecl& from);
  std::optional<Symbol> input_origin(const ast::InputDecl& from, Span span, const Type& type, const Env& env);
  std::optional<SymbolId> built_in(const Extern& callee, Span span);
  SymbolId add_symbol(Symbol symbol, const Unit* unit);
  bool settle(Symbol& symbol, const ast::Expr& fallback, const Env& env);
  std::optional<Type> with_label(Type type, const ast::Expr& fallback);
  template <class Resolve>
  std::optional<SymbolId> once(const Declared& declared, const Resolve& resolve);

  // resolve_tables.cpp, resolve_budgets.cpp
  std::optional<SymbolId> column(const Declared& declared, const std::string& name, Span span);
  std::optional<TableId> keyed_table(const Declared& declared);
  void read_rows(const ast::TableDecl& from, KeyedTable& table, FileId file);
  std::optional<DecisionTableId> decision_table(const Declared& declared);
  std::optional<DecisionTableId> resolve_decision_table(const Declared& declared, const ast::TableDecl& from);
  std::optional<SymbolId> budget(const Declared& declared, const std::string& field, Span span);

  // resolve_models.cpp
  void collect_attributes();
  void collect_models();
  void resolve_model(const ast::ModelDecl& from, Model& model, const Unit& unit);
  void model_field(const ast::Field& field, Model& model, const Unit& unit);
  std::optional<ModelId> model(const std::string& name, Span span, const Env& env);

  // resolve_targets.cpp
  void collect_targets();
  void resolve_persona(const ast::TargetDecl& from, Target& target);
  void resolve_adapter(const ast::TargetDecl& from, Target& target, const Unit& unit);
  void resolve_retriever(const ast::TargetDecl& from, Target& target, const Unit& unit);
  void retriever_field(const ast::Field& field, Target& target, const Unit& unit);

  // resolve_slots.cpp
  std::optional<SlotId> slot(const std::string& name, Span span, const Env& env);
  std::optional<SlotId> resolve_slot(const Declared& declared, const ast::SlotDecl& from);
  std::optional<SlotId> built_in_slot(const Extern& callee);
  MaybeExpr slot_value(const Slot& slot, const ast::Expr& from, const Env& env);
  Type targets_type(const std::string& kind);
  void resolve_defaults(const Unit& unit);

  // resolve_actions.cpp, resolve_attempts.cpp
  enum class Place { Route, Otherwise, Unserved, Rule };
  Outcome outcome(const std::vector<ast::Action>& actions, const Env& env, Place place, const std::string& owner, Span span);
  void unserved_outcome(const std::vector<ast::Action>& actions, const Env& env, Span span);
  std::vector<Action> assignments(const std::vector<ast::Action>& actions, const Env& env, Place place, const std::string& owner);
  void assign(const ast::Assign& from, Span span, const Env& env, std::vector<Action>& actions);
  void change(const ast::ChangeSet& from, Span span, const Env& env, Place place, std::vector<Action>& actions);
  void narrow(const ast::ChangeSet& from, Span span, const Env& env, Place place, std::vector<Action>& actions);
  void limit(const ast::AtMost& from, Span span, const Env& env, std::vector<Action>& actions);
  std::optional<Candidate> candidate(const ast::Attempt& from, const Env& env);
  std::optional<Ask> ask(const ast::Ask& from, Span span, const Env& env);
  std::optional<Denial> denial(const ast::Deny& from, Span span);
  std::optional<Selection> selection(const ast::Choose& from, Span span, const Env& env);
  std::optional<Selector> selector(const ast::Expr& from, const Env& env);
  Selector selector_of(const sema::State& state) const;
  void resolve_states();
  std::optional<SymbolId> state_key(const ast::Path& path, const Env& env);
  void state(const ast::StateDecl& from, Span span, const Env& env);
  void feedback(const ast::FeedbackDecl& from, Span span);
  bool gate(const ast::Expr& from, std::vector<FeedbackTest>& tests);
  bool selector_signals(const std::vector<ast::Field>& given, const Extern& callee, ConstantRecord& arguments, const Env& env);
  std::optional<Constant> selector_signal(const ast::Expr& from, const Env& env);
  std::optional<SplitChoice> split(const ast::Split& from, Span span, const Env& env);
  std::vector<std::string> error_classes(const std::vector<ast::Expr>& on);
  static std::string text_of(const std::optional<ast::Expr>& from);

  // resolve_tiers.cpp
  void resolve_tiers();
  void tier(const std::string& name, bool strict, const std::vector<const ast::Decl*>& decls, Span span, const Unit& unit);
  std::optional<Entry> entry(const ast::Decl& decl, const Env& env, bool strict, const ast::BlockKind* inside);
  std::optional<RouteId> route(const ast::RouteDecl& from, Span whole, const Env& env, bool strict);
  void relate(const ast::Over& from, Tier& tier, const Unit& unit);
  // resolve_best.cpp
  void check_scores(const ast::BlockDecl& from, Entry& entry, const Env& env);

  // resolve_rules.cpp
  void resolve_rules();
  void rules_of(const Unit& unit);
  void rule(const ast::RuleDecl& from, const Unit& unit);
  void relate_rules(const ast::Over& from);
  void order_rule(RuleId rule, const ast::Path& other, bool over);
  std::vector<RouteId> routes_of_entry(const std::string& name) const;
  void resolve_requires();

  // resolve_tests.cpp
  void resolve_tests();
  void add_fit_inputs();
  TestStep test_step(const ast::TestStep& from, const Env& env);
  void given_value(const ast::Given& from, const Env& env, TestStep& step, struct RequestDraft& request);
  void expectation(const ast::Given& from, const Env& env, TestStep& step);
  std::optional<GivenReading> given_reading(const ast::Given& from, const std::string& name, const Type& type, const Env& env);

  // resolve.cpp
  void bind_parameters();
  void resolve_header();
  void resolve_values();
  void resolve_outcomes();
  void refuse_later();
  void each_unit(const std::function<void(const Unit&)>& visit) const;  // the base's file, the base, the file, the policy
  DiagnosticBuilder report(Kind kind, Span span, std::string message);
  DiagnosticBuilder mismatch(Span span, const std::string& expected, const Type& got);
  /// Limits did-you-mean, whose cost grows with the number of names.
  bool may_suggest() { return ++suggestions_ <= 50; }

  enum class Status : uint8_t { Open, Done, Failed };
  struct State {
    Status status = Status::Open;
    uint32_t index = UINT32_MAX;
  };
  struct Pool {  // what anonymous calls and library names became
    std::unordered_map<std::string, SymbolId> by_text;
    std::unordered_map<std::string, SlotId> slots;
  };

  const World& world_;
  const Unit& unit_;
  const Catalog& catalog_;
  Diagnostics& diags_;
  Policy policy_;
  Pool pool_;
  std::unordered_map<const ast::Decl*, State> states_;
  std::map<std::pair<const ast::Decl*, std::string>, SymbolId> columns_;
  std::unordered_map<const Unit*, std::vector<MaybeExpr>> parameters_;
  std::unordered_map<std::string, SymbolId> symbol_names_;
  std::unordered_map<std::string, AttributeId> attribute_names_;
  std::unordered_map<const ast::Decl*, ModelId> model_ids_;
  std::unordered_map<std::string, RouteId> route_names_;
  std::unordered_map<std::string, RuleId> rule_names_;
  std::unordered_map<std::string, std::pair<size_t, uint32_t>> entry_places_;  // tier, position
  std::vector<std::string> open_signals_;
  std::vector<std::string> route_list_;  // all routes, in source order
  LabelUses uses_;
  std::string naming_;  // the signal whose value is being resolved
  int suggestions_ = 0;
  size_t keywords_ = 0;
};

}  // namespace sbx::sema
