// SPDX-License-Identifier: Apache-2.0
// Declarations that no decision needs: signals, inputs, models, slots, tables. What files share is needed if one of their policies needs
// it.
#include "compiler/analysis/check_unused.h"

#include <algorithm>
#include <set>

#include "compiler/sema/check.h"

namespace sbx::analysis {
namespace {

using namespace sema;

/// What the decisions of one policy can need.
class Needs {
 public:
  explicit Needs(const sema::Policy& policy)
      : policy_(policy),
        symbols_(policy.symbols.size()),
        models_(policy.models.size()),
        slots_(policy.slots.size()),
        tables_(policy.decision_tables.size()) {
    for (const sema::Route& route : policy.routes) add(route.guard), add(route.score), add(route.outcome);
    if (policy.otherwise) add(*policy.otherwise);
    if (policy.unserved) add(*policy.unserved);
    for (const sema::Rule& rule : policy.rules) add(rule.guard), add(rule.actions);
    for (const Require& require : policy.requires_) {
      add(require.condition), add(require.when);
      for (const Expr& each : require.for_each) add(each);
    }
  }

  [[nodiscard]] bool has(SymbolId id) const { return symbols_[id.index]; }
  [[nodiscard]] bool has(ModelId id) const { return models_[id.index]; }
  [[nodiscard]] bool has(SlotId id) const { return slots_[id.index]; }
  [[nodiscard]] bool has(DecisionTableId id) const { return tables_[id.index]; }

 private:
  void add(const std::optional<Expr>& expr) {
    if (expr) add(*expr);
  }

  void add(const Expr& expr) {
    if (const auto* ref = std::get_if<SignalRef>(&expr.node)) add(ref->symbol);
    if (const auto* ref = std::get_if<ConfidenceOf>(&expr.node)) add(ref->symbol);
    if (const auto* ref = std::get_if<DecisionRef>(&expr.node); ref && ref->field == DecisionField::Slot) slots_[ref->slot.index] = true;
    if (const auto* lookup = std::get_if<TableLookup>(&expr.node); lookup && !tables_[lookup->table.index]) {
      tables_[lookup->table.index] = true;
      for (const Expr& input : policy_.decision_tables[lookup->table].inputs) add(input);
    }
    for (const Expr* child : children(expr)) add(*child);
  }

  void add(SymbolId id) {
    if (symbols_[id.index]) return;
    symbols_[id.index] = true;
    const Symbol& symbol = policy_.symbols[id];
    add(symbol.value);
    if (symbol.kind == "table") add_key(symbol);
    if (symbol.kind == "budget") add_named(symbol.arguments, {"limit", "for_each"});
  }

  /// The signals that some arguments name.
  void add_named(const ConstantRecord& arguments, std::initializer_list<std::string_view> names) {
    for (const auto& [name, value] : arguments) {
      if (std::ranges::find(names, name) != names.end()) add_named(value);
    }
  }
  void add_named(const Constant& value) {
    for (size_t i = 0; i < policy_.symbols.size(); ++i) {
      const SymbolId id = policy_.symbols.id_at(i);
      const Constant name{policy_.symbols[id].name};
      const auto* list = std::get_if<ConstantList>(&value.value);
      if (value == name || (list != nullptr && std::ranges::find(*list, name) != list->end())) add(id);
    }
  }

  void add_key(const Symbol& column) {
    for (const auto& [name, value] : column.arguments) {
      const auto* of = std::get_if<std::string>(&value.value);
      for (const sema::KeyedTable& table : policy_.tables) {
        if (name == "table" && of && table.name == *of) add(table.key);
      }
    }
  }

  void add(const sema::Ask& ask) {
    models_[ask.model.index] = true;
    for (const sema::SetSlot& set : ask.settings) slots_[set.slot.index] = true, add(set.value);
  }

  /// The signals that arguments name.
  void add(const Selector& by) {
    for (const auto& [parameter, value] : by.arguments) add_named(value);
  }

  void add(const sema::Outcome& outcome) {
    for (const sema::Candidate& candidate : outcome.candidates) {
      std::visit(overloaded{
                     [&](const sema::Ask& ask) { add(ask); },
                     [&](const sema::Selection& some) {
                       for (const sema::Ask& ask : some.among) add(ask);
                       for (const Selector& by : some.by) add(by);
                     },
                     [&](const sema::SplitChoice& some) {
                       for (const sema::Ask& ask : some.among) add(ask);
                       add(some.key);
                     },
                     [](const Denial&) {},
                     [](const Response&) {},
                     [](const Escalation&) {},
                 },
                 candidate.target);
    }
    add(outcome.actions);
  }

  void add(const std::vector<sema::Action>& actions) {
    for (const sema::Action& action : actions) {
      std::visit(overloaded{
                     [&](const sema::SetSlot& set) { slots_[set.slot.index] = true, add(set.value); },
                     [&](const sema::ChangeSlot& change) { slots_[change.slot.index] = true; },
                     [&](const sema::LimitSlot& limit) { slots_[limit.slot.index] = true; },
                     [&](const sema::NarrowModels& narrow) { add(narrow.where); },
                 },
                 action);
    }
  }

  const sema::Policy& policy_;
  std::vector<bool> symbols_, models_, slots_, tables_;
};

/// Declarations by where they stand; one is kept for as long as no policy needs it.
class Unneeded {
 public:
  void add(const sema::Policy& policy) {
    const Needs needs(policy);
    const FileId own = policy.span.file;
    const auto each = [&](const auto& table, const auto& what) {
      for (size_t i = 0; i < table.size(); ++i) {
        const auto id = table.id_at(i);
        if (!table[id].span.valid() || table[id].span.file != own) continue;
        if (needs.has(id)) needed_.insert(table[id].span);
        declared_.push_back({table[id].span, what(table[id]), name(table[id]), policy.name});
      }
    };
    each(policy.symbols, [](const Symbol& one) {
      return one.value || one.is_signal ? "signal" : one.kind == "budget" ? "budget" : "input";
    });
    each(policy.models, [](const sema::Model&) { return "model"; });
    each(policy.slots, [](const sema::Slot&) { return "slot"; });
    each(policy.decision_tables, [](const DecisionTable&) { return "table"; });
  }

  void report(Diagnostics& diags) {
    std::set<Span> seen;
    for (const Declared& one : declared_) {
      if (needed_.contains(one.span) || !seen.insert(one.span).second) continue;
      diags.report(Kind::Unused, one.span, std::string("no decision needs the ") + one.what + " `" + one.name + "`")
          .at_span("declared here, and never used")
          .help("use it, or remove it")
          .about(one.policy, {one.name});
    }
  }

 private:
  struct Declared {
    Span span;
    const char* what;
    std::string name, policy;
  };

  static const std::string& name(const sema::Slot& slot) { return slot.facts.name; }
  static const std::string& name(const auto& declared) { return declared.name; }

  std::vector<Declared> declared_;
  std::set<Span> needed_;
};

}  // namespace

void check_unused(const std::vector<sema::Policy>& policies, Diagnostics& diags) {
  Unneeded unneeded;
  for (const sema::Policy& policy : policies) unneeded.add(policy);
  unneeded.report(diags);
}

}  // namespace sbx::analysis
