// SPDX-License-Identifier: Apache-2.0
// Two in force on one attempt that assign different values to one slot, and nothing says who wins (docs/language/slots.md). One finding
// for each that assigns, with the first it clashes with.
#include <algorithm>
#include <map>

#include "compiler/analysis/study.h"
#include "runtime/engine/relevant.h"

namespace sbx::analysis {
namespace {

using Key = std::pair<SlotId, std::string>;

/// Who assigns: a rule, or the winner of an attempt.
struct Assigner {
  std::optional<RuleId> rule;
  const SetSlot* set = nullptr;
};

class SlotCheck {
 public:
  SlotCheck(Study& study, Diagnostics& diags) : study_(study), manifest_(study.module.manifest), diags_(diags) {}

  void run() {
    for (size_t i = 0; i < manifest_.rules.size(); ++i) {
      const RuleId id = manifest_.rules.id_at(i);
      for (const Action& action : manifest_.rules[id].actions) {
        if (const auto* set = std::get_if<SetSlot>(&action)) by_key_[{set->slot, set->key}].push_back({id, set});
      }
    }
    for (const auto& [key, rules] : by_key_) {
      for (size_t i = 0; i < rules.size(); ++i) check(key, rules[i], {rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(i)});
    }
  }

 private:
  // Against the rules before it, then against the winners.
  void check(const Key& key, const Assigner& later, const std::vector<Assigner>& earlier) {
    for (const Assigner& other : earlier) {
      if (other.rule == later.rule || is_over(other, later, {}) || is_over(later, other, {})) continue;
      if (!differ(*other.set, *later.set) || !may_meet(other, later)) continue;
      for (const Attempt& attempt : study_.attempts.all()) {
        if (clash(key, other, later, attempt)) return;
      }
    }
    for (const Attempt& attempt : study_.attempts.all()) {
      const std::optional<Assigner> winner = assigned(key, attempt);
      if (!winner || is_over(*winner, later, attempt.winner) || is_over(later, *winner, attempt.winner)) continue;
      if (differ(*winner->set, *later.set) && clash(key, *winner, later, attempt)) return;
    }
  }

  // What the winner itself assigns; a candidate's own setting is the nearer one.
  std::optional<Assigner> assigned(const Key& key, const Attempt& attempt) const {
    const auto of = [&](const SetSlot& set) { return set.slot == key.first && set.key == key.second; };
    if (attempt.ask != nullptr) {
      for (const SetSlot& setting : attempt.ask->settings) {
        if (of(setting)) return Assigner{std::nullopt, &setting};
      }
    }
    for (const Action& action : attempt.outcome->actions) {
      const auto* set = std::get_if<SetSlot>(&action);
      if (set != nullptr && of(*set)) return Assigner{std::nullopt, set};
    }
    return std::nullopt;
  }

  // Mirrors runtime/engine/slots.cpp.
  bool is_over(const Assigner& a, const Assigner& b, std::optional<RouteId> winner) const {
    const auto listed = [&](const std::vector<RouteId>& routes) { return winner && std::ranges::find(routes, *winner) != routes.end(); };
    if (a.rule && b.rule) {
      const std::vector<RuleId>& beaten = manifest_.rules[*a.rule].over_rules;
      return std::ranges::find(beaten, *b.rule) != beaten.end();
    }
    if (a.rule) return manifest_.rules[*a.rule].over_routes || listed(manifest_.rules[*a.rule].over_listed);
    return b.rule && (manifest_.rules[*b.rule].under_routes || listed(manifest_.rules[*b.rule].under_listed));
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

  bool clash(const Key& key, const Assigner& a, const Assigner& b, const Attempt& attempt) {
    if (is_denial(*attempt.outcome) && !manifest_.slots[key.first].effect) return false;  // rules about the call lapse
    for (const Case& one : a.set->cases) {
      for (const Case& other : b.set->cases) {
        if (one.value == other.value) continue;
        Question question = study_.attempts.reached(attempt);
        if (!in_force(question, a, one, attempt) || !in_force(question, b, other, attempt)) continue;
        if (!unbeaten(question, key, a, attempt) || !unbeaten(question, key, b, attempt)) continue;
        Answer answer = study_.search.show(question);
        if (answer.found == Found::No) continue;
        report(key, a, b, attempt, std::move(answer));
        return true;
      }
    }
    return false;
  }

  // The assigner fires, and this case is the first that holds.
  bool in_force(Question& question, const Assigner& assigner, const Case& chosen, const Attempt& attempt) const {
    if (assigner.rule && !study_.attempts.require(question, manifest_.rules[*assigner.rule].when, attempt)) return false;
    for (const Case& one : assigner.set->cases) {
      if (&one == &chosen) return study_.attempts.require(question, {one.when}, attempt);
      if (!study_.attempts.exclude(question, {one.when}, attempt)) return false;
    }
    return false;
  }

  // No other rule that assigns the slot and is over this one fires.
  bool unbeaten(Question& question, const Key& key, const Assigner& assigner, const Attempt& attempt) const {
    return std::ranges::all_of(by_key_.at(key), [&](const Assigner& other) {
      if (other.rule == assigner.rule || !is_over(other, assigner, attempt.winner)) return true;
      return study_.attempts.exclude(question, manifest_.rules[*other.rule].when, attempt);
    });
  }

  Span span(const Assigner& assigner, const Attempt& attempt) const {
    if (assigner.rule) return study_.policy.rules[*assigner.rule].span;
    return attempt.winner ? study_.policy.routes[*attempt.winner].span : study_.policy.otherwise_span;
  }

  std::string name(const Assigner& assigner, const Attempt& attempt) const {
    if (assigner.rule) return manifest_.rules[*assigner.rule].name;
    return attempt.winner ? manifest_.routes[*attempt.winner].name : "otherwise";
  }

  void report(const Key& key, const Assigner& a, const Assigner& b, const Attempt& attempt, Answer answer) {
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
  Diagnostics& diags_;
  std::map<Key, std::vector<Assigner>> by_key_;
};

}  // namespace

void check_slots(Study& study, Diagnostics& diags) { SlotCheck(study, diags).run(); }

}  // namespace sbx::analysis
