// SPDX-License-Identifier: Apache-2.0
// Requests that no route takes, in a policy without `otherwise`; and calls without a value for a slot that must have one.
#include <algorithm>

#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

void check_otherwise(Study& study, Diagnostics& diags) {
  if (study.module.manifest.otherwise) return;
  Answer answer = study.search.show(study.contest.nobody());
  if (answer.found == Found::No) return;
  const bool is_shown = answer.witness.has_value();
  DiagnosticBuilder report =
      is_shown ? diags.report(Kind::Gap, study.policy.span, "a request is left that no route takes")
               : diags.report(Kind::Unsettled, study.policy.span, "whether every request is taken by a route is not settled");
  report.help("say what all other requests get: `otherwise { model = … }`").about(study.policy.name).slots({"route"});
  if (is_shown) report.witness(shown(study.module, *answer.witness));
}

bool is_always_set(const Decision& decision, const Attempt& attempt, SlotId slot) {
  const auto has = [&](const sbx::Attempt& one) {
    return std::ranges::any_of(one.slots, [&](const SlotValue& value) {
      return value.slot == slot && !std::holds_alternative<std::monostate>(value.value.value);
    });
  };
  return std::ranges::none_of(decision.attempts, [&](const sbx::Attempt& one) { return one.model == attempt.ask->model && !has(one); });
}

/// Whether anything in the policy sets it: what nothing sets is unused.
bool is_ever_set(const Study& study, SlotId slot) {
  return study.assignments.rules().contains({slot, ""}) || std::ranges::any_of(study.attempts.all(), [&](const Attempt& attempt) {
           return study.assignments.of_winner({slot, ""}, attempt).has_value();
         });
}

/// One finding for a slot.
void check_slot(Study& study, SlotId slot, Diagnostics& diags) {
  const std::string& name = study.module.manifest.slots[slot].name;
  for (const Attempt& attempt : study.attempts.all()) {
    if (attempt.ask == nullptr || (attempt.winner && study.is_dead[attempt.winner->index])) continue;
    Question question = study.attempts.reached(attempt);
    if (!study.assignments.unassigned(question, {slot, ""}, attempt)) continue;
    const Answer answer = study.search.show(question);
    if (answer.found == Found::No) continue;
    if (!answer.witness) {
      diags.report(Kind::Unsettled, study.policy.slots[slot].span, "whether every call gets a value for `" + name + "` is not settled")
          .help("give it one in `defaults { " + name + " = … }`")
          .about(study.policy.name)
          .slots({name});
      return;
    }
    const std::optional<Decision> decision = study.world.decide(*answer.witness);
    if (!decision || is_always_set(*decision, attempt, slot)) continue;
    const std::string winner = attempt.winner ? study.policy.routes[*attempt.winner].name : "otherwise";
    diags
        .report(Kind::Gap, attempt.winner ? study.policy.routes[*attempt.winner].span : study.policy.otherwise_span,
                "`" + winner + "` asks `" + study.module.manifest.models[attempt.ask->model].name + "` without a value for `" + name + "`")
        .label(study.policy.slots[slot].span, "must be set on every call: it has no default")
        .help("set it in `" + winner + "` or in a rule, or give it one in `defaults { " + name + " = … }`")
        .about(study.policy.name, {winner})
        .slots({name})
        .witness(shown(study.module, *answer.witness));
    return;
  }
}

}  // namespace

void check_gaps(Study& study, Diagnostics& diags) {
  check_otherwise(study, diags);
  const Table<SlotId, Slot>& slots = study.module.manifest.slots;
  for (size_t i = 0; i < slots.size(); ++i) {
    const Slot& slot = slots[slots.id_at(i)];
    const bool must_be_set = slot.required && !slot.keyed && slot.kind == Slot::Kind::Choice;
    if (must_be_set && is_ever_set(study, slots.id_at(i))) check_slot(study, slots.id_at(i), diags);
  }
}

}  // namespace sbx::analysis
