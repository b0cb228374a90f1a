// SPDX-License-Identifier: Apache-2.0
// Models that can serve none of the requests on which a winner asks them, and winners that rules leave no model on any request. That a
// model cannot serve some requests is how it is everywhere: a prompt may always be too long.
#include <algorithm>

#include "compiler/analysis/fit.h"
#include "compiler/analysis/study.h"
#include "compiler/analysis/unserved.h"

namespace sbx::analysis {
namespace {

const char* asked_for(Capability of) {
  switch (of) {
    case Capability::Context:
      return "the prompt is too long for its context";
    case Capability::Vision:
      return "they carry images, and it cannot see";
    case Capability::Audio:
      return "they carry audio, and it cannot hear";
    case Capability::Tools:
      return "they offer tools, and it cannot use any";
    case Capability::Json:
      return "they want JSON, and it cannot promise that";
    case Capability::Dialect:
      return "they come in a dialect that it does not speak";
  }
  return "";
}

const char* remedy(Capability of) {
  switch (of) {
    case Capability::Context:
      return "name a model with a larger `context:`, or let fewer requests through";
    case Capability::Vision:
      return "name a model that `can: [vision]`";
    case Capability::Audio:
      return "name a model that `can: [audio]`";
    case Capability::Tools:
      return "name a model that `can: [tools]`";
    case Capability::Json:
      return "name a model that `can: [json]`";
    case Capability::Dialect:
      return "name a model whose `dialects:` have it";
  }
  return "";
}

class CapabilityCheck {
 public:
  CapabilityCheck(Study& study, Diagnostics& diags) : study_(study), manifest_(study.module.manifest), diags_(diags) {}

  void run() {
    for (const Attempt& attempt : study_.attempts.all()) {
      if (attempt.ask == nullptr || is_dead(attempt)) continue;
      const bool is_first = &attempt == study_.attempts.of(attempt.winner).data();
      if (!is_first || !check_left(attempt)) check(attempt);
    }
  }

 private:
  bool is_dead(const Attempt& attempt) const { return attempt.winner && study_.is_dead[attempt.winner->index]; }

  const Model& model(const Attempt& attempt) const { return manifest_.models[attempt.ask->model]; }

  // Whether rules take every model away whenever the winner wins.
  bool check_left(const Attempt& first) {
    const auto is_kept = [&](const Attempt& one) { return study_.search.possible(study_.attempts.reached(one)).found != Found::No; };
    if (std::ranges::any_of(study_.attempts.of(first.winner), is_kept)) return false;
    const Answer answer = study_.search.show(first.winner ? study_.contest.wins(*first.winner) : study_.contest.nobody());
    const std::optional<Decision> decision = answer.witness ? study_.world.decide(*answer.witness) : std::nullopt;
    if (!decision || !decision->unserved) return false;
    diags_.report(Kind::Capability, whole(first), "`" + name_of(first) + "` can ask nobody")
        .at_span("rules take every model of its list away, on all its requests")
        .help("let a rule keep one of them, or give it a model that the rules keep")
        .about(study_.policy.name, {name_of(first)})
        .witness(shown(study_.module, *answer.witness));
    return true;
  }

  void check(const Attempt& attempt) {
    Question question = study_.attempts.reached(attempt);
    const Answer some = study_.search.possible(question);
    if (some.found == Found::No) return;  // narrowed away, or never reached: another check's
    for (const Serves& limit : limits_of(manifest_, model(attempt))) {
      if (some.point && study_.search.space().allows(*some.point, limit.need)) continue;  // it serves one
      question.where = {limit.need};
      if (study_.search.possible(question).found != Found::No) continue;
      question.where.clear();
      const Answer answer = study_.search.show(question);
      if (answer.witness && !asks(*answer.witness, attempt)) report(attempt, asked_for(limit.of), remedy(limit.of), *answer.witness);
      return;
    }
    check_reasoning(attempt);
  }

  void check_reasoning(const Attempt& attempt) {
    const auto is_possible = [&](const Question& way) { return study_.search.possible(way).found != Found::No; };
    if (std::ranges::any_of(ways_to_reason(study_, attempt, true), is_possible)) return;
    for (const Question& way : ways_to_reason(study_, attempt, false)) {
      const Answer answer = study_.search.show(way);
      if (!answer.witness || asks(*answer.witness, attempt)) continue;
      std::string modes;
      for (const std::string& mode : model(attempt).reasoning) modes += (modes.empty() ? "`" : ", `") + mode + "`";
      report(attempt, "it shall reason as it cannot: it has " + modes, "set `reasoning` to what it has, or name a model that has it",
             *answer.witness);
      return;
    }
  }

  // Whether the decision does ask the model.
  bool asks(const Witness& witness, const Attempt& attempt) {
    const std::optional<Decision> decision = study_.world.decide(witness);
    return !decision || std::ranges::any_of(decision->attempts, [&](const sbx::Attempt& one) { return one.model == attempt.ask->model; });
  }

  std::string name_of(const Attempt& attempt) const { return attempt.winner ? manifest_.routes[*attempt.winner].name : "otherwise"; }

  void report(const Attempt& attempt, const std::string& why, const std::string& help, const Witness& witness) {
    const std::string winner = name_of(attempt);
    diags_.report(Kind::Capability, span(attempt), "`" + model(attempt).name + "` can serve none of the requests of `" + winner + "`")
        .at_span(why)
        .help(help)
        .about(study_.policy.name, {winner})
        .witness(shown(study_.module, witness));
  }

  Span whole(const Attempt& attempt) const {
    return attempt.winner ? study_.policy.routes[*attempt.winner].span : study_.policy.otherwise_span;
  }
  Span span(const Attempt& attempt) const {
    const Place& place = attempt.candidate->place;
    return place.file.empty() ? whole(attempt) : Span{whole(attempt).file, place.start.byte, place.end.byte};
  }

  Study& study_;
  const Manifest& manifest_;
  Diagnostics& diags_;
};

}  // namespace

void check_capability(Study& study, Diagnostics& diags) { CapabilityCheck(study, diags).run(); }

}  // namespace sbx::analysis
