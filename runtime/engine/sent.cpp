// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/sent.h"

#include <map>

namespace sbx {

std::string sent(const Model& model) { return model.provider + "/" + (model.served_name.empty() ? model.name : model.served_name); }
std::string sent(const Denial& end) { return "deny " + std::to_string(end.status) + " " + end.message; }
std::string sent(const Response& end) { return "respond " + end.message; }
std::string sent(const Escalation& end) { return "escalate " + end.target + " " + end.message; }

std::string sent_target(const Manifest& manifest, const std::string& slot, const Constant& value) {
  const auto* name = std::get_if<std::string>(&value.value);
  const Target* target = name == nullptr ? nullptr : manifest.target(slot, *name);
  if (target == nullptr) return {};
  std::string text;
  for (const auto& [field, said] : target->fields) text += " " + field + "=" + to_string(said);
  return text;
}

std::string sent(const Manifest& manifest, const std::vector<SlotValue>& slots) {
  std::map<std::string, std::string> by_name;
  for (const SlotValue& slot : slots) {
    if (std::holds_alternative<std::monostate>(slot.value.value)) continue;
    by_name[manifest.slots[slot.slot].name + " " + slot.key] =
        to_string(slot.value) + sent_target(manifest, manifest.slots[slot.slot].name, slot.value);
  }
  std::string text;
  for (const auto& [name, value] : by_name) text += " " + name + "=" + value;
  return text;
}

std::string sent(const Manifest& manifest, const Decision& decision) {
  std::string text;
  for (const Attempt& attempt : decision.attempts) {
    text += sent(manifest.models[attempt.model]) + " on";
    for (const std::string& on : attempt.on) text += " " + on;
    text += sent(manifest, attempt.slots) + sent(manifest, attempt.effects) + "\n";
  }
  if (decision.attempts.empty()) text += sent(manifest, decision.slots) + sent(manifest, decision.effects) + "\n";
  if (decision.denied) text += sent(*decision.denied);
  if (decision.response) text += sent(*decision.response);
  if (decision.escalation) text += sent(*decision.escalation);
  if (decision.after) text += "after " + std::visit([](const auto& end) { return sent(end); }, *decision.after);
  return text;
}

}  // namespace sbx
