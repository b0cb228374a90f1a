// SPDX-License-Identifier: Apache-2.0
// Two in force on one attempt that assign different values to one slot, and nothing says who wins (docs/language/slots.md). One finding
// for each that assigns, with the first it clashes with.
#include <algorithm>

#include "compiler/analysis/study.h"
#include "runtime/engine/relevant.h"

namespace sbx::analysis {
namespace {

class SlotCheck {
 public:
  SlotCheck(Study& study, Diagnostics& diags)
      : study_(study), manifest_(study.module.manifest), assignments_(study.assignments), diags_(diags) {}

  void run() {
    for (const auto& [key, rules] : assignments_.rules()) {
      for (size_t i = 0; i < rules.size(); ++i) check(key, rules[i], {rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(i)});
    }
  }

 private:
  // Against the rules before it, then against the winners.
  void check(const SlotKey& key, const Assigner& later, const std::vector<Assigner>& earlier) {
    for (const Assigner& other : earlier) {
      if (other.rule == later.rule || assignments_.is_over(other, later, {}) || assignments_.is_over(later, other, {})) continue;
      if (!differ(*other.set, *later.set) || !may_meet(other, later)) continue;
      for (const Attempt& attempt : study_.attempts.all()) {
        if (clash(key, other, later, attempt)) return;
      }
    }
    for (const Attempt& attempt : study_.attempts.all()) {
      const std::optional<Assigner> winner = assignments_.of_winner(key, attempt);
      if (!winner || assignments_.is_over(*winner, later, attempt.winner)) continue;
      if (assignments_.is_over(later, *winner, attempt.winner)) continue;
      if (differ(*winner->set, *later.set) && clash(key, *winner, later, attempt)) return;
    }
  }

  static bool differ(const SetSlot& a, const SetSlot& b) {
    return std::ranges::any_of(a.cases, [&](const Case& one) {
      return std::ranges::any_of(b.cases, [&](const Case& other) { return one.value != other.value; });
    });
  }

  // A quick no for rules that read signals alone.
  bool may_meet(const Assigner& a, const Assigner& b) const {
    const auto guards = [&](const Assigner& one) {
      AnyOf guards;
      for (const Condition& condition : manifest_.rules[*one.rule].when) {
        if (condition.bit == kAlways) return AnyOf{};
        guards.push_back({study_.module.graph.outputs[condition.bit]});
      }
      return guards;
    };
    const AnyOf these = guards(a), those = guards(b);
    return these.empty() || those.empty() || study_.search.may_meet(these, those);
  }

  bool clash(const SlotKey& key, const Assigner& a, const Assigner& b, const Attempt& attempt) {
    if (is_denial(*attempt.outcome) && !manifest_.slots[key.first].effect) return false;  // rules about the call lapse
    for (const Case& one : a.set->cases) {
      for (const Case& other : b.set->cases) {
        if (one.value == other.value) continue;
        Question question = study_.attempts.reached(attempt);
        if (!counts(question, key, a, one, attempt) || !counts(question, key, b, other, attempt)) continue;
        Answer answer = study_.search.show(question);
        if (answer.found == Found::No) continue;
        report(key, a, b, attempt, std::move(answer));
        return true;
      }
    }
    return false;
  }

  bool counts(Question& question, const SlotKey& key, const Assigner& assigner, const Case& chosen, const Attempt& attempt) const {
    return assignments_.in_force(question, assigner, chosen, attempt) && assignments_.unbeaten(question, key, assigner, attempt);
  }

  Span span(const Assigner& assigner, const Attempt& attempt) const {
    if (assigner.rule) return study_.policy.rules[*assigner.rule].span;
    return attempt.winner ? study_.policy.routes[*attempt.winner].span : study_.policy.otherwise_span;
  }

  std::string name(const Assigner& assigner, const Attempt& attempt) const {
    if (assigner.rule) return manifest_.rules[*assigner.rule].name;
    return attempt.winner ? manifest_.routes[*attempt.winner].name : "otherwise";
  }

  void report(const SlotKey& key, const Assigner& a, const Assigner& b, const Attempt& attempt, Answer answer) {
    const std::string slot = manifest_.slots[key.first].name + (key.second.empty() ? "" : " \"" + key.second + "\"");
    const std::string one = name(a, attempt), other = name(b, attempt);
    const bool shown = answer.witness.has_value();
    const std::string what = "`" + one + "` and `" + other + "` set `" + slot + "` differently on one request";
    DiagnosticBuilder report = shown ? diags_.report(Kind::Conflict, span(b, attempt), what)
                                     : diags_.report(Kind::Unsettled, span(b, attempt), "whether " + what + " is not settled");
    report.label(span(a, attempt), "sets it too, and nothing says who wins")
        .help("say who wins: `rule " + other + " over " + (a.rule || attempt.winner ? one : "routes") + " …`, or narrow one of them")
        .about(study_.policy.name, {other, one})
        .slots({slot});
    if (shown) report.witness(analysis::shown(study_.module, *answer.witness));
  }

  Study& study_;
  const Manifest& manifest_;
  const Assignments& assignments_;
  Diagnostics& diags_;
};

}  // namespace

void check_slots(Study& study, Diagnostics& diags) { SlotCheck(study, diags).run(); }

}  // namespace sbx::analysis
