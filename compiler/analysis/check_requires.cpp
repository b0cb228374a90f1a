// SPDX-License-Identifier: Apache-2.0
// What is required: proved, or refuted by a request whose decision breaks it.
#include <algorithm>

#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

/// Mirrors runtime/engine/requirements.h: what speaks of models says nothing of a decision that asks none.
bool speaks_of(const Requirement& requirement, const Attempt& attempt) {
  const bool of_models = std::ranges::any_of(requirement.holds, [](const Condition& one) { return !one.models.empty(); });
  return attempt.ask != nullptr || !(of_models || requirement.holds.empty());
}

std::string name_of(const Study& study, const Attempt& attempt) {
  return attempt.winner ? study.policy.routes[*attempt.winner].name : "otherwise";
}

class RequireCheck {
 public:
  RequireCheck(Study& study, Diagnostics& diags) : study_(study), diags_(diags) {}

  void check(size_t index, Span span) {
    const Requirement& requirement = study_.module.manifest.requirements[index];
    bool settled = true;
    for (const Attempt& attempt : study_.attempts.all()) {
      if (!speaks_of(requirement, attempt)) continue;
      Question question = study_.attempts.reached(attempt);
      if (!study_.attempts.require(question, requirement.when, attempt)) continue;
      if (!study_.attempts.exclude(question, requirement.holds, attempt)) continue;
      Answer answer = study_.search.show(question);
      if (answer.found == Found::No) continue;
      if (answer.witness && study_.world.breaks(*answer.witness, index)) return refute(requirement, span, attempt, *answer.witness);
      settled = false;
    }
    if (settled) {
      diags_.prove({span, requirement.text, study_.policy.name});
    } else {
      report(Kind::Unsettled, span, "whether every request keeps this is not settled")
          .at_span("no request was found that breaks it, and no proof that there is none");
    }
  }

 private:
  DiagnosticBuilder report(Kind kind, Span span, const std::string& message) {
    return diags_.report(kind, span, message).about(study_.policy.name);
  }

  void refute(const Requirement& requirement, Span span, const Attempt& attempt, const Witness& witness) {
    const std::string winner = name_of(study_, attempt);
    const std::string what =
        attempt.ask ? "`" + winner + "` asks `" + study_.module.manifest.models[attempt.ask->model].name + "`" : "`" + winner + "` decides";
    DiagnosticBuilder refuted = diags_.report(Kind::RequireRefuted, span, "a request breaks what is required")
                                    .at_span("broken where " + what)
                                    .about(study_.policy.name, {winner})
                                    .witness(shown(study_.module, witness));
    if (attempt.winner) refuted.label(study_.policy.routes[*attempt.winner].span, "decides the request that breaks it");
    refuted.help(requirement.when.empty()
                     ? "narrow what is asked, or what is required"
                     : "narrow what `" + winner + "` may ask: `rule … when … { model only where … }`, or what is required");
  }

  Study& study_;
  Diagnostics& diags_;
};

}  // namespace

void check_requires(Study& study, Diagnostics& diags) {
  RequireCheck check(study, diags);
  for (size_t i = 0; i < study.module.manifest.requirements.size(); ++i) {
    const Place& place = study.module.manifest.requirements[i].place;
    const auto same = [&](const sema::Require& one) { return one.span.begin == place.start.byte && one.span.end == place.end.byte; };
    const auto from = std::ranges::find_if(study.policy.requires_, same);
    if (from != study.policy.requires_.end()) check.check(i, from->span);
  }
  for (const sema::Require& from : study.policy.requires_) {
    const auto same = [&](const Requirement& one) {
      return one.place.start.byte == from.span.begin && one.place.end.byte == from.span.end;
    };
    if (std::ranges::any_of(study.module.manifest.requirements, same)) continue;
    diags.report(Kind::NotProvedYet, from.span, "what is required here is not proved yet")
        .help("slots, cost and latency, and `require possible`, come with a later version; give tests that show what must hold")
        .about(study.policy.name);
  }
}

}  // namespace sbx::analysis
