// SPDX-License-Identifier: Apache-2.0
// Guards, and parts of them, that never or always hold.
#include <algorithm>
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
    const bool is_plain =
        std::ranges::all_of(clause.children, [&](const Clause& part) { return can_be(part.holds, true) && can_be(part.holds, false); });
    const std::set<const Clause*> idle = is_plain ? idle_parts(clause) : std::set<const Clause*>();
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
      } else if (idle.contains(&part)) {
        const bool is_all = clause.shape == Clause::Shape::All;
        DiagnosticBuilder found = report(Kind::Tautology, span(part, whole), "a part of the condition of `" + name + "` changes nothing",
                                         is_all ? "what stands beside it with `and` holds only where this does"
                                                : "what stands beside it with `or` holds wherever this does",
                                         name, "correct it, or remove it: the rest holds on the same requests without it");
        offer_removal(span(part, whole), found);
      } else {
        check_parts(name, part, whole);
      }
    }
  }

  // All of them can be taken away at once; of parts that say the same the last ones.
  std::set<const Clause*> idle_parts(const Clause& clause) {
    constexpr size_t kMostParts = 32;
    std::set<const Clause*> idle;
    if (clause.children.size() < 2 || clause.children.size() > kMostParts) return idle;
    for (size_t i = clause.children.size(); i-- > 0;) {
      if (is_implied(clause, clause.children[i], idle)) idle.insert(&clause.children[i]);
    }
    return idle;
  }

  // Whether the others that are left hold, beside `and`, only where it does, or beside `or` wherever it does; and the same of where they
  // fail, which a signal that is unknown may not: `risk?` beside `risk > 0.5` says what counts then.
  bool is_implied(const Clause& clause, const Clause& part, const std::set<const Clause*>& idle) {
    const bool is_all = clause.shape == Clause::Shape::All;
    Question held{{{{part.holds, !is_all}}}, {}}, failed{{{{part.fails, is_all}}}, {}};
    for (const Clause& other : clause.children) {
      if (&other == &part || idle.contains(&other)) continue;
      held.some.push_back({{other.holds, is_all}});
      failed.some.push_back({{other.fails, !is_all}});
    }
    const auto is_never = [&](const Question& question) { return study_.search.possible(question).found == Found::No; };
    return held.some.size() > 1 && is_never(held) && is_never(failed);
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
