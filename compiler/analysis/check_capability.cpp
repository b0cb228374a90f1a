// SPDX-License-Identifier: Apache-2.0
// Models that can serve none of the requests on which a winner asks them. That a model cannot serve some of them is how it is everywhere: a
// prompt may always be too long.
#include <algorithm>

#include "compiler/analysis/fit.h"
#include "compiler/analysis/study.h"

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
      if (attempt.ask != nullptr && !is_dead(attempt)) check(attempt);
    }
  }

 private:
  bool is_dead(const Attempt& attempt) const { return attempt.winner && study_.is_dead[attempt.winner->index]; }

  const Model& model(const Attempt& attempt) const { return manifest_.models[attempt.ask->model]; }

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
      if (answer.witness && !asks(*answer.witness, attempt)) report(attempt, limit.of, *answer.witness);
      return;
    }
  }

  // Whether the decision does ask the model.
  bool asks(const Witness& witness, const Attempt& attempt) {
    const std::optional<Decision> decision = study_.world.decide(witness);
    return !decision || std::ranges::any_of(decision->attempts, [&](const sbx::Attempt& one) { return one.model == attempt.ask->model; });
  }

  void report(const Attempt& attempt, Capability of, const Witness& witness) {
    const std::string winner = attempt.winner ? manifest_.routes[*attempt.winner].name : "otherwise";
    diags_.report(Kind::Capability, span(attempt), "`" + model(attempt).name + "` can serve none of the requests of `" + winner + "`")
        .at_span(asked_for(of))
        .help(remedy(of))
        .about(study_.policy.name, {winner})
        .witness(shown(study_.module, witness));
  }

  Span span(const Attempt& attempt) const {
    const Span whole = attempt.winner ? study_.policy.routes[*attempt.winner].span : study_.policy.otherwise_span;
    const Place& place = attempt.candidate->place;
    return place.file.empty() ? whole : Span{whole.file, place.start.byte, place.end.byte};
  }

  Study& study_;
  const Manifest& manifest_;
  Diagnostics& diags_;
};

}  // namespace

void check_capability(Study& study, Diagnostics& diags) { CapabilityCheck(study, diags).run(); }

}  // namespace sbx::analysis
