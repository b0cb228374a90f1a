// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/finish.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/engine/fit.h"
#include "runtime/engine/relevant.h"
#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

class Finisher {
 public:
  Finisher(const Finish& from, std::optional<RouteId> winner, Decision& decision) : from_(from), winner_(winner), decision_(decision) {}

  void run() {
    decision_.route = winner_;
    decision_.outcome = winner_ ? OutcomeKind::Route : OutcomeKind::Otherwise;
    const Outcome* outcome = outcome_of(from_.manifest, winner_);
    if (outcome != nullptr && serve(*outcome)) {
      if (!decision_.attempts.empty() && !decision_.after) end_by_unserved();
      return;
    }
    decision_.unserved = true;
    if (from_.manifest.unserved && serve(*from_.manifest.unserved)) return;
    conclude(Outcome{}, Denial{503, "no model can serve this request"});
  }

 private:
  // Whether the outcome came to anything: an attempt, or an end that is no attempt.
  bool serve(const Outcome& outcome) {
    const auto first = decision_.attempts.size();
    bool ended = false;
    for (const Candidate& candidate : outcome.candidates) {
      std::visit(overloaded{
                     [&](const Ask& ask) { attempt(outcome, ask, candidate.on); },
                     [&](const Selection& selection) { select(outcome, selection, candidate.on); },
                     [&](const SplitChoice& split) { share(outcome, split, candidate.on); },
                     [&](const auto& end) { ended = this->end(outcome, end); },
                 },
                 candidate.target);
      if (ended) break;
    }
    if (decision_.attempts.size() > first) {
      const Attempt& made = decision_.attempts.front();
      decision_.slots = made.slots;
      decision_.effects = made.effects;
      decision_.rules = made.rules;
      return true;
    }
    return ended;
  }

  // Where the list says nothing of it, `unserved` says what a request gets once all of the list have failed.
  void end_by_unserved() {
    if (!from_.manifest.unserved || from_.manifest.unserved->candidates.empty()) return;
    std::visit(
        overloaded{[](const Ask&) {}, [](const Selection&) {}, [](const SplitChoice&) {}, [&](const auto& end) { decision_.after = end; }},
        from_.manifest.unserved->candidates.front().target);
  }

  AttemptPoint point(const Outcome& outcome, const Ask& ask) const { return {&outcome, winner_, &ask, false}; }

  // The attempt as it is laid, if the model survives and fits.
  std::optional<Attempt> laid(const Outcome& outcome, const Ask& ask) {
    const AttemptPoint here = point(outcome, ask);
    if (!survives_narrowing(from_.manifest, here, from_.holds)) return std::nullopt;
    Laid over = lay(from_.manifest, from_.request, here, from_.holds);
    const Demand demand = demand_of(from_.manifest, from_.request, tokens(), over.slots);
    if (!fits(from_.manifest.models[ask.model], demand)) return std::nullopt;
    for (SlotConflict& conflict : over.conflicts) note(std::move(conflict));
    return Attempt{ask.model, std::move(over.slots), std::move(over.effects), std::move(over.rules), {}};
  }

  bool attempt(const Outcome& outcome, const Ask& ask, const std::vector<std::string>& on) {
    auto made = laid(outcome, ask);
    if (!made) return false;
    made->on = on;
    decision_.attempts.push_back(std::move(*made));
    return true;
  }

  void select(const Outcome& outcome, const Selection& selection, const std::vector<std::string>& on) {
    std::vector<Attempt> able;
    Contest contest{.prompt_tokens = tokens(),
                    .output_tokens = std::max<int64_t>(0, from_.request.max_tokens.value_or(0)),
                    .seed = decision_.seed,
                    .request = &from_.request,
                    .manifest = &from_.manifest,
                    .readings = from_.readings,
                    .state = from_.state,
                    .learned = from_.learned};
    for (const Ask& ask : selection.among) {
      auto made = laid(outcome, ask);
      if (!made) continue;
      contest.contenders.push_back(&from_.manifest.models[ask.model]);
      able.push_back(std::move(*made));
    }
    if (able.empty()) return;
    Ranking ranking;
    rank(selection.by, contest, ranking);
    if (!decision_.selector) describe(selection, contest, ranking, able);
    const size_t most = std::min<size_t>(selection.or_none ? ranking.left : ranking.order.size(), selection.up_to);
    for (size_t i = 0; i < most; ++i) {
      Attempt& made = able[ranking.order[i]];
      made.on = on;
      decision_.attempts.push_back(std::move(made));
    }
  }

  void describe(const Selection& selection, const Contest& contest, const Ranking& ranking, const std::vector<Attempt>& able) {
    SelectorChoice choice{.propensity = ranking.propensity, .from = &selection};
    for (const Selector& selector : selection.by) choice.name += (choice.name.empty() ? "" : ", ") + selector.name;
    for (size_t i = 0; i < able.size(); ++i) {
      SelectorTerm term{able[i].model, ranking.scores.empty() ? 0 : ranking.scores.front()[i], {}};
      for (size_t s = 0; s < ranking.scores.size(); ++s) {
        const Selector& by = selection.by[s];
        term.parts.emplace_back(by.name, ranking.scores[s][i]);
        for (auto& [part, value] : find_selector(by.name)->parts(contest, by.arguments, i)) term.parts.emplace_back(by.name + "." + part, value);
      }
      choice.terms.push_back(std::move(term));
    }
    decision_.selector = std::move(choice);
  }

  // The share that the key falls into; if its model cannot serve, the next ones in order. An unknown key gets the first share.
  void share(const Outcome& outcome, const SplitChoice& split, const std::vector<std::string>& on) {
    const Reading& key = from_.readings[split.key.index];
    const auto* text = std::get_if<std::string>(&key.value);
    const bool known = key.state == ReadingState::Known && text != nullptr;
    const size_t picked = known ? split_share(*text, split.weights) : 0;
    if (!decision_.selector) {
      int64_t total = 0;
      for (const int64_t weight : split.weights) total += weight;
      SelectorChoice choice{.name = "split", .propensity = known ? split.weights[picked] * 1'000'000 / total : 1'000'000};
      for (size_t i = 0; i < split.among.size(); ++i) choice.terms.push_back({split.among[i].model, split.weights[i], {}});
      decision_.selector = std::move(choice);
    }
    for (size_t i = 0; i < split.among.size(); ++i) {
      if (attempt(outcome, split.among[(picked + i) % split.among.size()], on)) return;
    }
  }

  // An end after attempts counts once they have all failed; without any it is the outcome.
  template <class End>
  bool end(const Outcome& outcome, const End& end) {
    if (decision_.attempts.empty()) {
      conclude(outcome, end);
    } else {
      decision_.after = end;
    }
    return true;
  }

  template <class End>
  void conclude(const Outcome& outcome, const End& end) {
    const bool denial = std::is_same_v<End, Denial>;
    const AttemptPoint here{&outcome, winner_, nullptr, denial};
    Laid over = lay(from_.manifest, from_.request, here, from_.holds);
    for (SlotConflict& conflict : over.conflicts) note(std::move(conflict));
    decision_.slots = std::move(over.slots);
    decision_.effects = std::move(over.effects);
    decision_.rules = std::move(over.rules);
    if constexpr (std::is_same_v<End, Denial>) {
      decision_.outcome = OutcomeKind::Deny;
      decision_.denied = end;
    } else if constexpr (std::is_same_v<End, Response>) {
      decision_.outcome = OutcomeKind::Respond;
      decision_.response = end;
    } else {
      decision_.outcome = OutcomeKind::Escalate;
      decision_.escalation = end;
    }
  }

  void note(SlotConflict conflict) {
    const auto same = [&](const SlotConflict& one) {
      return one.slot == conflict.slot && one.key == conflict.key && one.between == conflict.between;
    };
    if (std::ranges::none_of(decision_.conflicts, same)) decision_.conflicts.push_back(std::move(conflict));
  }

  int64_t tokens() {
    if (!tokens_) tokens_ = from_.prompt_tokens();
    return *tokens_;
  }

  const Finish& from_;
  std::optional<RouteId> winner_;
  Decision& decision_;
  std::optional<int64_t> tokens_;
};

}  // namespace

void finish(const Finish& from, std::optional<RouteId> winner, Decision& decision) { Finisher(from, winner, decision).run(); }

std::string_view to_string(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::Route:
      return "route";
    case OutcomeKind::Otherwise:
      return "otherwise";
    case OutcomeKind::Deny:
      return "deny";
    case OutcomeKind::Respond:
      return "respond";
    case OutcomeKind::Escalate:
      return "escalate";
  }
  return {};
}

std::string_view to_string(TestResult result) {
  switch (result) {
    case TestResult::True:
      return "true";
    case TestResult::False:
      return "false";
    case TestResult::Unknown:
      return "unknown";
  }
  return {};
}

}  // namespace sbx
