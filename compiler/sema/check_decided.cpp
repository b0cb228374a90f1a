// SPDX-License-Identifier: Apache-2.0
// A guard that must not be overlooked is decided whatever is unknown (docs/language/signals.md#unknown).
#include <map>
#include <set>
#include <utility>

#include "compiler/sema/check.h"

namespace sbx::sema {
namespace {

using Assumed = std::set<uint32_t>;

/// Finds what can be unknown. Claims count as known unless `with_claims`.
class Unknowns {
 public:
  Unknowns(const Policy& policy, bool with_claims) : policy_(policy), with_claims_(with_claims) {}

  /// The expression that can be unknown, or null. `assumed` are symbols that are known where it matters.
  const Expr* find(const Expr& expr, const Assumed& assumed) {
    if (std::holds_alternative<Known>(expr.node) || std::holds_alternative<OrElse>(expr.node)) return nullptr;
    if (const auto* ref = std::get_if<SignalRef>(&expr.node)) return symbol(ref->symbol, assumed) ? &expr : nullptr;
    if (const auto* ref = std::get_if<ConfidenceOf>(&expr.node)) {
      const Symbol& info = policy_.symbols[ref->symbol];
      return info.fallible || info.or_else ? &expr : nullptr;
    }
    if (const auto* all = std::get_if<And>(&expr.node)) return any_of(all->operands, assumed, false);
    if (const auto* any = std::get_if<Or>(&expr.node)) return any_of(any->operands, assumed, true);
    if (const auto* lookup = std::get_if<TableLookup>(&expr.node)) {
      for (const Expr& input : policy_.decision_tables[lookup->table].inputs) {
        if (find(input, assumed)) return &expr;
      }
      return nullptr;
    }
    if (const auto* choice = std::get_if<ArgMax>(&expr.node)) {
      for (const Expr& value : choice->values) {
        if (const Expr* found = find(value, assumed)) return found;
      }
      return nullptr;
    }
    for (const Expr* child : children(expr)) {
      if (const Expr* found = find(*child, assumed)) return found;
    }
    return nullptr;
  }

 private:
  bool symbol(SymbolId id, const Assumed& assumed) {
    const Symbol& info = policy_.symbols[id];
    if (assumed.contains(id.index)) return false;
    if (!info.value) return info.fallible && !info.or_else && (with_claims_ || !info.claim);
    auto [entry, is_new] = known_.try_emplace({id.index, assumed}, false);  // once for each way to ask: signals share signals
    if (is_new) entry->second = find(*info.value, assumed) != nullptr;
    return entry->second;
  }

  // `not x? or x > 1`: where `x?` fails the first side holds already. `x? and x > 1`: where it fails, all fails.
  const Expr* any_of(const std::vector<Expr>& operands, const Assumed& assumed, bool is_or) {
    Assumed more = assumed;
    for (const Expr& operand : operands) {
      const auto* inverted = std::get_if<Not>(&operand.node);
      const Expr& asked = is_or && inverted ? *inverted->operand : operand;
      const auto* known = is_or == (inverted != nullptr) ? std::get_if<Known>(&asked.node) : nullptr;
      const auto* ref = known ? std::get_if<SignalRef>(&known->operand->node) : nullptr;
      if (ref) more.insert(ref->symbol.index);
    }
    for (const Expr& operand : operands) {
      if (const Expr* found = find(operand, more)) return found;
    }
    return nullptr;
  }

  const Policy& policy_;
  bool with_claims_;
  std::map<std::pair<uint32_t, Assumed>, bool> known_;
};

void report(const Policy& policy, const Expr& culprit, const std::string& what, const std::string& name, Span span, Diagnostics& diags) {
  std::string reading = "this";
  Span declared;
  if (const auto* ref = std::get_if<SignalRef>(&culprit.node)) {
    reading = "`" + policy.symbols[ref->symbol].name + "`";
    declared = policy.symbols[ref->symbol].span;
  }
  auto finding = diags.report(Kind::UndecidedGuard, culprit.span,
                              reading + " can be unknown, and then " + what + " `" + name + "` would be passed over in silence");
  finding.label(span, "its guard must always be decided");
  if (declared.valid() && declared != culprit.span) finding.label(declared, "declared here");
  finding.help("say what an unknown reading means: add `or else …` where it is declared").about(policy.name, {name});
}

}  // namespace

void check_decided(const Policy& policy, Diagnostics& diags) {
  Unknowns strict(policy, false), narrowing(policy, true);
  for (const Route& route : policy.routes) {
    if (!route.strict || !route.guard) continue;
    if (const Expr* culprit = strict.find(*route.guard, {})) report(policy, *culprit, "the strict route", route.name, route.span, diags);
  }
  for (const Rule& rule : policy.rules) {
    bool narrows = false;
    for (const Action& action : rule.actions) narrows = narrows || std::holds_alternative<NarrowModels>(action);
    if (!narrows || !rule.guard) continue;
    if (const Expr* culprit = narrowing.find(*rule.guard, {})) report(policy, *culprit, "the narrowing rule", rule.name, rule.span, diags);
  }
}

}  // namespace sbx::sema
