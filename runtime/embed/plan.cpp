// SPDX-License-Identifier: Apache-2.0
#include "runtime/embed/plan.h"

#include "runtime/engine/decision_json.h"

namespace sbx::embed {

namespace {

bool is_absent(const Constant& value) { return std::holds_alternative<std::monostate>(value.value); }

/// `tools` without a default starts from the tools that the request offers (docs/language/slots.md).
bool starts_from_body(const Slot& slot) { return slot.kind == Slot::Kind::Set && slot.name == "tools" && !slot.initial; }

Mutation mutation(const Manifest& manifest, const SlotValue& value) {
  const Slot& slot = manifest.slots[value.slot];
  Mutation made{
      .kind = slot.effect ? SBX_EFFECT : SBX_PARAMETER, .is_default = slot.initial && *slot.initial == value.value, .name = slot.name};
  const auto* text = std::get_if<std::string>(&value.value.value);
  if (slot.keyed && slot.name == "header" && text != nullptr) {
    made.kind = SBX_HEADER;
    made.name = value.key;
    made.value = *text;
  } else {
    if (!value.key.empty()) made.name = value.key;
    made.value = slot_json(manifest, value);
  }
  return made;
}

std::vector<Mutation> mutations(const Manifest& manifest, const std::vector<SlotValue>& slots, const std::vector<SlotValue>& effects,
                                bool body_withheld) {
  std::vector<Mutation> made;
  for (const std::vector<SlotValue>* values : {&slots, &effects}) {
    for (const SlotValue& value : *values) {
      if (is_absent(value.value) || (body_withheld && starts_from_body(manifest.slots[value.slot]))) continue;
      made.push_back(mutation(manifest, value));
    }
  }
  return made;
}

}  // namespace

Plan plan_of(const Manifest& manifest, const Decision& decision, bool body_withheld) {
  Plan plan;
  for (const Attempt& attempt : decision.attempts) {
    PlannedCandidate candidate{.model = &manifest.models[attempt.model], .on = &attempt.on};
    for (const std::string& error : attempt.on) candidate.on_views.push_back({error.c_str(), error.size()});
    candidate.mutations = mutations(manifest, attempt.slots, attempt.effects, body_withheld);
    plan.candidates.push_back(std::move(candidate));
  }
  if (decision.attempts.empty()) plan.mutations = mutations(manifest, decision.slots, decision.effects, body_withheld);
  return plan;
}

}  // namespace sbx::embed
