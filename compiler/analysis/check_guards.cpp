// SPDX-License-Identifier: Apache-2.0
// Guards, and parts of them, that never or always hold.
#include <set>

#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

class GuardCheck {
 public:
  GuardCheck(Study& study, Diagnostics& diags) : study_(study), diags_(diags) {}

  /// Returns whether the guard of `name` can hold.
  bool check(const std::string& name, const Clause& clause, Span whole) {
    if (!can_be(clause.holds, true) || !texts_allow(clause)) {
      report(Kind::Contradiction, span(smallest(clause), whole), "`" + name + "` can never hold", "no request makes this true", name,
             "widen the condition, or remove `" + name + "`");
      return false;
    }
    if (!can_be(clause.holds, false)) {
      report(Kind::Tautology, span(clause, whole), "the condition of `" + name + "` always holds", "every request makes this true", name,
             "leave `when` out if that is what you mean");
      return true;
    }
    check_parts(name, clause, whole);
    return true;
  }

 private:
  // Where a conjunct cannot hold by itself, what is beside it does not matter.
  const Clause& smallest(const Clause& clause) {
    if (clause.shape != Clause::Shape::All) return clause;
    for (const Clause& part : clause.children) {
      if (!can_be(part.holds, true)) return smallest(part);
    }
    return clause;
  }

  // The outermost part that says nothing: what is inside it follows from that.
  void check_parts(const std::string& name, const Clause& clause, Span whole) {
    for (const Clause& part : clause.children) {
      if (!can_be(part.holds, true)) {
        DiagnosticBuilder found =
            report(Kind::Contradiction, span(part, whole), "a part of the condition of `" + name + "` can never hold",
                   "no request makes this true", name, "correct it, or remove it: the rest holds on the same requests without it");
        if (clause.shape == Clause::Shape::Any) offer_removal(span(part, whole), found);
      } else if (!can_be(part.holds, false)) {
        DiagnosticBuilder found =
            report(Kind::Tautology, span(part, whole), "a part of the condition of `" + name + "` always holds",
                   "every request makes this true", name, "correct it, or remove it: the rest holds on the same requests without it");
        if (clause.shape == Clause::Shape::All) offer_removal(span(part, whole), found);
      } else {
        check_parts(name, part, whole);
      }
    }
  }

  bool can_be(GuardId guard, bool holds) { return study_.search.possible({{{{guard, holds}}}, {}}).found != Found::No; }

  // Signals over one text may exclude each other; the world knows.
  bool texts_allow(const Clause& clause) {
    std::set<SignalId> signals;
    add_texts(clause, signals);
    return signals.size() < 2 || study_.search.show({{{{clause.holds}}}, {}}).found != Found::No;
  }

  void add_texts(const Clause& clause, std::set<SignalId>& signals) const {
    for (const SignalId signal : clause.signals) {
      if (study_.module.manifest.signals[signal].cost == CostClass::Fast) signals.insert(signal);
    }
    for (const Clause& part : clause.children) add_texts(part, signals);
  }

  static Span span(const Clause& clause, Span whole) { return {whole.file, clause.place.start.byte, clause.place.end.byte}; }

  DiagnosticBuilder report(Kind kind, Span span, const std::string& message, const std::string& label, const std::string& name,
                           const std::string& help) {
    DiagnosticBuilder report = diags_.report(kind, span, message);
    return report.at_span(label).help(help).about(study_.policy.name, {name});
  }

  // What never holds in an `or`, and what always holds in an `and`, changes nothing.
  void offer_removal(Span part, DiagnosticBuilder& report) const {
    if (const std::optional<Edit> edit = without_operand(study_.sources, part)) report.fix("remove this part", {*edit});
  }

  Study& study_;
  Diagnostics& diags_;
};

bool is_written_out(const sema::Expr& guard) { return std::holds_alternative<sema::BoolValue>(guard.node); }

}  // namespace

void check_guards(Study& study, Diagnostics& diags) {
  GuardCheck check(study, diags);
  for (size_t i = 0; i < study.policy.routes.size(); ++i) {
    const RouteId id = study.policy.routes.id_at(i);
    const sema::Route& route = study.policy.routes[id];
    const std::optional<Clause>& clause = study.module.manifest.routes[id].clause;
    if (!route.guard || !clause || is_written_out(*route.guard)) continue;
    study.is_dead[i] = !check.check(route.name, *clause, route.guard->span);
  }
  for (size_t i = 0; i < study.policy.rules.size(); ++i) {
    const RuleId id = study.policy.rules.id_at(i);
    const sema::Rule& rule = study.policy.rules[id];
    const std::optional<Clause>& clause = study.module.manifest.rules[id].clause;
    if (rule.guard && clause && !is_written_out(*rule.guard)) check.check(rule.name, *clause, rule.guard->span);
  }
}

}  // namespace sbx::analysis
