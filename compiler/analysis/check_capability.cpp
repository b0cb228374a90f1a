// SPDX-License-Identifier: Apache-2.0
// Models that can serve none of the requests on which a winner asks them, and requests of a kind that a route says it is for and that none
// of its models can serve.
#include <algorithm>
#include <map>
#include <set>

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
    std::set<std::optional<RouteId>> told;
    for (const Attempt& attempt : study_.attempts.all()) {
      if (attempt.ask == nullptr || is_dead(attempt)) continue;
      if (serves_none(attempt)) told.insert(attempt.winner);
    }
    if (manifest_.unserved) return;
    for (size_t i = 0; i < manifest_.routes.size(); ++i) {
      const RouteId route = manifest_.routes.id_at(i);
      if (!study_.is_dead[i] && !told.contains(route)) leaves_some(route);
    }
  }

 private:
  bool is_dead(const Attempt& attempt) const { return attempt.winner && study_.is_dead[attempt.winner->index]; }

  const Model& model(const Attempt& attempt) const { return manifest_.models[attempt.ask->model]; }

  bool serves_none(const Attempt& attempt) {
    Question question = study_.attempts.reached(attempt);
    const Answer some = study_.search.possible(question);
    if (some.found == Found::No) return false;  // narrowed away, or never reached: another check's
    for (const Serves& limit : limits_of(manifest_, model(attempt))) {
      if (some.point && study_.search.space().allows(*some.point, limit.need)) continue;  // it serves one
      question.where = {limit.need};
      if (study_.search.possible(question).found != Found::No) continue;
      question.where.clear();
      const Answer answer = study_.search.show(question);
      if (!answer.witness || asks(*answer.witness, attempt)) return false;
      report(attempt, limit.of, *answer.witness);
      return true;
    }
    return false;
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

  // What the route's own condition reads, no model of it can serve all of, and nothing says what those requests get.
  void leaves_some(RouteId route) {
    std::map<LeafId, std::pair<Capability, Need>> served;  // by any model
    std::map<LeafId, size_t> limited;                      // by how many
    size_t models = 0;
    for (const Attempt& attempt : study_.attempts.of(route)) {
      if (attempt.ask == nullptr) continue;
      ++models;
      for (const Serves& limit : limits_of(manifest_, model(attempt))) {
        auto [entry, is_new] = served.try_emplace(limit.need.leaf, limit.of, limit.need);
        if (!is_new) join(entry->second.second, limit.need);
        ++limited[limit.need.leaf];
      }
    }
    for (const auto& [leaf, what] : served) {
      if (limited[leaf] != models || !reads(route, leaf)) continue;
      const Need rest = beyond(manifest_, what.second);
      if (rest.values.empty()) continue;
      Question question = study_.contest.wins(route);
      question.where = {rest};
      const Answer answer = study_.search.show(question);
      if (!answer.witness) continue;
      const std::optional<Decision> decision = study_.world.decide(*answer.witness);
      if (!decision || !decision->unserved) continue;
      const std::string& name = manifest_.routes[route].name;
      diags_.report(Kind::Capability, study_.policy.routes[route].span, "`" + name + "` takes requests that none of its models can serve")
          .at_span(models == 1 ? asked_for(what.first) : "some are for none of its models")
          .help(std::string(remedy(what.first)) + ", or say what they get: `unserved { deny 503 \"…\" }`")
          .about(study_.policy.name, {name})
          .witness(shown(study_.module, *answer.witness));
      return;
    }
  }

  static void join(Need& into, const Need& other) {
    into.values.insert(into.values.end(), other.values.begin(), other.values.end());
    std::ranges::sort(into.values, {}, &Interval::lo);
  }

  bool reads(RouteId route, LeafId leaf) const {
    const SignalId signal = manifest_.leaves[leaf].signal;
    const std::optional<Clause>& clause = manifest_.routes[route].clause;
    return clause && reads(*clause, signal);
  }
  bool reads(const Clause& clause, SignalId signal) const {
    return std::ranges::find(clause.signals, signal) != clause.signals.end() ||
           std::ranges::any_of(clause.children, [&](const Clause& part) { return reads(part, signal); });
  }

  Study& study_;
  const Manifest& manifest_;
  Diagnostics& diags_;
};

}  // namespace

void check_capability(Study& study, Diagnostics& diags) { CapabilityCheck(study, diags).run(); }

}  // namespace sbx::analysis
