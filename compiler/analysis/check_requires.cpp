// SPDX-License-Identifier: Apache-2.0
// What is required: proved part by part, or refuted by a request whose decision breaks it.
#include <algorithm>

#include "compiler/analysis/slot_values.h"
#include "compiler/analysis/study.h"
#include "compiler/analysis/unserved.h"
#include "compiler/sema/types.h"

namespace sbx::analysis {
namespace {

/// Mirrors runtime/engine/requirements.h: what speaks of models says nothing of a decision that asks none.
bool speaks_of(const Requirement& requirement, const Attempt& attempt) {
  const bool of_models = std::ranges::any_of(requirement.holds, [](const Condition& one) { return !one.models.empty(); });
  return attempt.ask != nullptr || !(of_models || requirement.holds.empty());
}

/// How far a part of a requirement is settled, and by what.
struct Verdict {
  enum class Kind : uint8_t { Proved, Unsettled, BrokenByFailure, Broken } kind = Kind::Proved;  // the later, the worse
  const Attempt* attempt = nullptr;                                                              // broken: where
  std::optional<Witness> witness;
  std::string why;
  std::string help;
  std::optional<Unsaid> unsaid = {};  // Unsettled: for want of this
};

class RequireCheck {
 public:
  RequireCheck(Study& study, Diagnostics& diags) : study_(study), manifest_(study.module.manifest), diags_(diags) {
    for (size_t i = 0; i < manifest_.leaves.size(); ++i) {
      const LeafId id = manifest_.leaves.id_at(i);
      const Range range = manifest_.leaves[id].range;
      if (!can_be_unknown(manifest_, manifest_.leaves[id])) continue;
      known_.push_back({.leaf = id, .values = {{range.low, range.high}}, .unknown = false});
    }
    for (const Attempt& attempt : study.attempts.all()) {
      const bool is_next = attempt.ask != nullptr && (unserved_.empty() || unserved_.back().winner != attempt.winner);
      if (is_next) unserved_.push_back({.winner = attempt.winner, .outcome = attempt.outcome});
    }
  }

  void check(const Required& required) {
    bool settled = true;
    std::optional<Unsaid> unsaid;
    weakest_ = Level::Proved;
    for (const Promise& part : required.parts) {
      if (part.kind == Promise::Kind::Open) {
        report(Kind::NotProvedYet, required.span, "what is required here is not proved yet")
            .note(part.why)
            .help("give tests that show what must hold");
        return;
      }
      const Verdict verdict = part.kind == Promise::Kind::Possible ? possible(part)
                              : part.kind == Promise::Kind::Always ? always(part)
                                                                   : spent(part);
      if (verdict.kind >= Verdict::Kind::BrokenByFailure) return refute(required, verdict);
      settled &= verdict.kind == Verdict::Kind::Proved;
      if (!unsaid) unsaid = verdict.unsaid;
    }
    if (settled) {
      diags_.prove({required.span, text(required), study_.policy.name, weakest_});
    } else if (unsaid) {
      report_unsaid(required, *unsaid);
    } else {
      report(Kind::Unsettled, required.span, "whether every request keeps this is not settled")
          .at_span("no request was found that breaks it, and no proof that there is none")
          .help("write what `and` joins as `require` lines of their own: each is settled by itself");
    }
  }

 private:
  DiagnosticBuilder report(Kind kind, Span span, const std::string& message) {
    return diags_.report(kind, span, message).about(study_.policy.name);
  }

  void report_unsaid(const Required& required, const Unsaid& unsaid) {
    const std::string model = "`" + unsaid.model->name + "`";
    DiagnosticBuilder report = this->report(Kind::Unsettled, required.span,
                                            "whether every request keeps this is not settled: nothing bounds what " + model + " costs");
    switch (unsaid.field) {
      case Unsaid::Field::Price:
        report.at_span(model + " has no `price:` for what it reads and writes").help("give it one: `price: { in: $…/M, out: $…/M }`");
        break;
      case Unsaid::Field::Output:
        report.at_span(model + " has no `output:`, so an answer may be of any length")
            .help("give it one: `output: …`; or bound its answers: `max_tokens at most …`");
        break;
      case Unsaid::Field::Context:
        report.at_span(model + " has no `context:`, so a prompt may be of any length")
            .help("give it one: `context: …`; or bound its prompts: `when tokens < …`");
        break;
    }
    const auto declared = std::ranges::find(study_.policy.models, unsaid.model->name, &sema::Model::name);
    if (declared != study_.policy.models.end()) report.label(declared->span, "declared here");
  }

  std::string text(const Required& required) const {
    for (const Requirement& one : manifest_.requirements) {
      if (one.place.start.byte == required.span.begin && one.place.end.byte == required.span.end) return one.text;
    }
    return "";
  }

  Verdict always(const Promise& part) {
    Verdict worst;
    for (const PromiseCase& one : part.cases) {
      const Requirement& requirement = manifest_.requirements[one.requirement];
      for (const Attempt& attempt : attempts_of(one)) {
        if (!one.unserved && !speaks_of(requirement, attempt)) continue;
        std::optional<std::vector<Question>> ways = ways_of(one, attempt);
        if (!ways) worst.kind = std::max(worst.kind, Verdict::Kind::Unsettled);
        for (Question& question : ways.value_or(std::vector<Question>())) {
          if (!study_.attempts.require(question, requirement.when, attempt)) continue;
          if (!study_.attempts.exclude(question, requirement.holds, attempt)) continue;
          Answer answer = study_.search.show(question);
          if (answer.found == Found::No) continue;
          const bool is_broken = answer.witness && breaks(*answer.witness, one, attempt);
          const Verdict::Kind kind = is_broken ? broken(question) : Verdict::Kind::Unsettled;
          const std::string why = one.unserved ? "no model is left" : slots_text(one);
          if (kind > worst.kind) worst = {kind, &attempt, std::move(answer.witness), why, advice(kind, question, one, attempt)};
          if (kind == Verdict::Kind::Broken) return worst;
        }
      }
    }
    return worst;
  }

  // Those that a case is about: one of each winner where it has no model left.
  const std::vector<Attempt>& attempts_of(const PromiseCase& one) const { return one.unserved ? unserved_ : study_.attempts.all(); }

  std::optional<std::vector<Question>> ways_of(const PromiseCase& one, const Attempt& attempt) const {
    return one.unserved ? ways_to_be_unserved(study_, attempt.winner) : ways_to(study_, one.slots, attempt);
  }

  std::string advice(Verdict::Kind kind, const Question& question, const PromiseCase& one, const Attempt& attempt) {
    if (kind == Verdict::Kind::BrokenByFailure) return advice_on_failure(question);
    const std::string winner = name_of(attempt);
    if (one.unserved) return "let rules keep a model for them, or ask one that can serve them: `model = …, then …`";
    if (!one.slots.empty()) {
      const Slot& slot = manifest_.slots[one.slots.front().slot];
      const bool is_limit = slot.kind == Slot::Kind::Limit;
      return std::string("see to it by a rule: `rule … ") + (is_limit ? "" : "over routes ") + "when … { " + slot.name +
             (is_limit ? " at most … }`" : " = … }`") + ", or require something else";
    }
    if (attempt.ask != nullptr) return "narrow what `" + winner + "` may ask: `rule … when … { model only where … }`, or what is required";
    return attempt.winner ? "narrow the condition of `" + winner + "`, or what is required"
                          : "give such requests a route of their own, or require less";
  }

  // The first signal without whose failing nothing breaks.
  std::string advice_on_failure(const Question& question) {
    for (const Need& need : known_) {
      if (std::ranges::find(question.where, need.leaf, &Need::leaf) != question.where.end()) continue;
      Question known = question;
      known.where.push_back(need);
      if (study_.search.possible(known).found != Found::No) continue;
      const std::string& name = manifest_.signals[manifest_.leaves[need.leaf].signal].name;
      return "say what counts when `" + name + "` is unknown, by `or else …` behind its declaration, or promise less: `require … when " +
             name + "?`";
    }
    return "say what counts when signals fail, by `or else …` behind their declarations";
  }

  std::string name_of(const Attempt& attempt) const { return attempt.winner ? study_.policy.routes[*attempt.winner].name : "otherwise"; }

  // Whether it takes a signal that fails.
  Verdict::Kind broken(Question question) {
    for (const Need& need : known_) {
      if (std::ranges::find(question.where, need.leaf, &Need::leaf) == question.where.end()) question.where.push_back(need);
    }
    return study_.search.possible(question).found == Found::No ? Verdict::Kind::BrokenByFailure : Verdict::Kind::Broken;
  }

  bool breaks(const Witness& witness, const PromiseCase& one, const Attempt& attempt) {
    return one.slots.empty() && !one.unserved ? study_.world.breaks(witness, one.requirement) : comes_about(witness, one, attempt);
  }

  // Whether the decision is the attempt's, and lays the slots so.
  bool comes_about(const Witness& witness, const PromiseCase& one, const Attempt& attempt) {
    const std::optional<Decision> decision = study_.world.decide(witness);
    if (!decision || decision->route != attempt.winner) return false;
    if (one.unserved) return decision->unserved;
    if (attempt.ask == nullptr) return one.slots.empty();
    return std::ranges::any_of(decision->attempts, [&](const sbx::Attempt& made) {
      return made.model == attempt.ask->model && std::ranges::all_of(one.slots, [&](const SlotIs& slot) { return is_laid(made, slot); });
    });
  }

  std::string slots_text(const PromiseCase& one) const {
    std::string text;
    for (const SlotIs& slot : one.slots) {
      text += (text.empty() ? "" : ", ") + ("`" + manifest_.slots[slot.slot].name + "` ") +
              (slot.value ? "is " + to_string(*slot.value) : "has no value");
    }
    return text;
  }

  // Money or time.
  Verdict spent(const Promise& part) {
    Verdict worst;
    const Attempt* last = nullptr;
    for (const Attempt& attempt : study_.attempts.all()) {
      if (attempt.ask == nullptr || (last != nullptr && last->winner == attempt.winner)) continue;  // a winner's attempts stand together
      last = &attempt;
      Verdict one = spent_by(part, attempt);
      if (one.kind > worst.kind) worst = std::move(one);
      if (worst.kind == Verdict::Kind::Broken) break;
    }
    return worst;
  }

  Verdict spent_by(const Promise& part, const Attempt& attempt) {
    const Spent spent = part.kind == Promise::Kind::Cost ? Spent::Money : Spent::Time;
    const Amount bound = spent == Spent::Money ? Amount{part.bound} * 1'000'000 : part.bound;
    const auto exceeds = [&](Amount amount) { return amount > bound || (amount == bound && !part.reaches_bound); };
    Verdict worst;
    for (const Expense& expense : study_.costs.expenses(spent, attempt.winner)) {
      if (expense.is_bounded && !exceeds(expense.most)) break;
      for (const PromiseCase& one : part.cases) {
        if (one.unserved) continue;
        for (Question& question : with_expense(expense, one, attempt)) {
          if (expense.is_bounded) question.where.front().values.front().lo = least_tokens(expense, bound, part.reaches_bound);
          Answer answer = study_.search.show(question);
          if (answer.found == Found::No) continue;
          worst.kind = std::max(worst.kind, Verdict::Kind::Unsettled);
          if (!worst.unsaid) worst.unsaid = expense.unsaid;
          if (!answer.witness) continue;
          const std::optional<Amount> really = spent_on(spent, *answer.witness);
          // That a price is not known breaks nothing; an answer that nobody stops may take any time.
          const bool is_broken = really ? exceeds(*really) : spent == Spent::Time && wins(*answer.witness, attempt);
          if (!is_broken) continue;
          const Verdict::Kind kind = broken(question);
          return {kind, &attempt, std::move(answer.witness), spent_text(spent, really),
                  kind == Verdict::Kind::BrokenByFailure ? advice_on_failure(question) : advice_on(spent)};
        }
      }
    }
    return worst;
  }

  static std::string spent_text(Spent spent, std::optional<Amount> amount) {
    if (spent == Spent::Money) return "it can cost $" + to_string(in_dollars(*amount));
    if (!amount) return "not every model that it may ask has a `deadline`";
    return "it can take " + sema::written({TypeKind::Duration}, {static_cast<int64_t>(*amount), 0});
  }

  static std::string advice_on(Spent spent) {
    return spent == Spent::Money
               ? "bound the answer (`max_tokens at most …`) or the prompt (`when tokens < …`), ask fewer or cheaper models, "
                 "or allow more"
               : "bound the time of each answer (`deadline at most …`), ask fewer models, or allow more";
  }

  std::optional<Amount> spent_on(Spent spent, const Witness& witness) {
    const std::optional<Decision> decision = study_.world.decide(witness);
    const std::optional<LeafId> tokens = study_.costs.tokens();
    return decision && tokens ? study_.costs.of(spent, *decision, witness.readings[tokens->index].lo) : std::nullopt;
  }

  bool wins(const Witness& witness, const Attempt& attempt) {
    const std::optional<Decision> decision = study_.world.decide(witness);
    return decision && decision->route == attempt.winner && !decision->attempts.empty();
  }

  std::vector<Question> with_expense(const Expense& expense, const PromiseCase& one, const Attempt& attempt) const {
    std::vector<Question> questions;
    for (Question& question : ways_to(study_, one.slots, attempt)) {
      if (!study_.attempts.require(question, manifest_.requirements[one.requirement].when, attempt)) continue;
      join(question, expense.question);
      questions.push_back(std::move(question));
    }
    return questions;
  }

  // From how many tokens on it costs too much.
  static int64_t least_tokens(const Expense& expense, Amount bound, bool reaches_bound) {
    if (expense.per_token == 0) return expense.least_tokens;
    const Amount spare = (expense.most - bound - (reaches_bound ? 1 : 0)) / expense.per_token;
    return std::max(expense.least_tokens, static_cast<int64_t>(Amount{expense.most_tokens} - spare));
  }

  Verdict possible(const Promise& part) {
    Verdict worst;
    for (const auto& [labels, cases] : part.groups) {
      const Found found = comes_about(cases);
      if (found == Found::No) return {Verdict::Kind::Broken, nullptr, std::nullopt, labels.empty() ? "" : " for " + labels, ""};
      if (found == Found::Unsettled) worst.kind = Verdict::Kind::Unsettled;
    }
    return worst;
  }

  Found comes_about(const std::vector<PromiseCase>& cases) {
    Found found = Found::No;
    for (const PromiseCase& one : cases) {
      const Requirement& requirement = manifest_.requirements[one.requirement];
      for (const Attempt& attempt : attempts_of(one)) {
        std::optional<std::vector<Question>> ways = ways_of(one, attempt);
        if (!ways) found = Found::Unsettled;
        for (Question& question : ways.value_or(std::vector<Question>())) {
          if (!study_.attempts.require(question, requirement.when, attempt)) continue;
          if (!study_.attempts.require(question, requirement.holds, attempt)) continue;
          const Answer answer = study_.search.show(question);
          if (answer.witness && comes_about(*answer.witness, one, attempt)) {
            weakest_ = std::max(weakest_, answer.witness->ground.level);
            return Found::Yes;
          }
          if (answer.found != Found::No) found = Found::Unsettled;
        }
      }
    }
    return found;
  }

  void refute(const Required& required, const Verdict& verdict) {
    if (verdict.attempt == nullptr) {
      report(Kind::RequireRefuted, required.span, "no request can bring about what is required to be possible")
          .at_span("it never comes about" + verdict.why)
          .help("widen a guard or what a rule narrows, or require less");
      return;
    }
    const Attempt& attempt = *verdict.attempt;
    const std::string winner = name_of(attempt);
    const std::string what = "`" + winner + "` " + (attempt.ask ? "asks `" + manifest_.models[attempt.ask->model].name + "`" : "decides");
    const bool by_failure = verdict.kind == Verdict::Kind::BrokenByFailure;
    DiagnosticBuilder refuted = by_failure ? report(Kind::UnknownHole, required.span, "a signal that fails breaks what is required")
                                           : report(Kind::RequireRefuted, required.span, "a request breaks what is required");
    refuted.at_span("broken where " + what + (verdict.why.empty() ? "" : ": " + verdict.why))
        .about(study_.policy.name, {winner})
        .witness(shown(study_.module, *verdict.witness));
    if (attempt.winner) refuted.label(study_.policy.routes[*attempt.winner].span, "decides the request that breaks it");
    refuted.help(verdict.help);
  }

  Study& study_;
  const Manifest& manifest_;
  Diagnostics& diags_;
  std::vector<Need> known_;        // that nothing is unknown
  std::vector<Attempt> unserved_;  // of each winner that asks models: that none is left
  Level weakest_ = Level::Proved;  // of the requests that show that something is possible
};

}  // namespace

void check_requires(Study& study, Diagnostics& diags) {
  RequireCheck check(study, diags);
  for (const Required& required : study.required) check.check(required);
}

}  // namespace sbx::analysis
