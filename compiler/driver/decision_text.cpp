// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/decision_text.h"

#include <algorithm>

#include "runtime/request/readings.h"

namespace sbx::driver {
namespace {

std::string value_text(const Constant& constant) {
  if (const auto* text = std::get_if<std::string>(&constant.value)) return *text;
  return to_string(constant);
}

bool is_empty(const Constant& constant) { return std::holds_alternative<std::monostate>(constant.value); }

std::string place_text(const Place& place) {
  return place.file.empty() ? "" : "   " + place.file + ":" + std::to_string(place.start.line) + ":" + std::to_string(place.start.column);
}

/// The slots of an attempt that say something: a default that is off or none does not.
std::string slots_text(const Manifest& manifest, const std::vector<SlotValue>& slots) {
  std::string text;
  for (const SlotValue& slot : slots) {
    std::string value = value_text(slot.value);
    const Slot& declared = manifest.slots[slot.slot];
    bool is_default = declared.initial && *declared.initial == slot.value;
    if (is_empty(slot.value) || declared.name == "model" || (is_default && declared.name != "reasoning")) continue;
    text += (text.empty() ? "" : ", ") + declared.name + (slot.key.empty() ? "" : " \"" + slot.key + "\"") + " " + value;
  }
  return text;
}

std::string line(const std::string& word, const std::string& text) {
  return "  " + word + std::string(word.size() < 10 ? 10 - word.size() : 1, ' ') + text + "\n";
}

std::string end_text(const Denial& end) { return std::to_string(end.status) + " " + end.message; }
std::string end_text(const Response& end) { return end.message; }
std::string end_text(const Escalation& end) { return end.target + " " + end.message; }

std::string after_text(const Denial& end) { return "deny " + end_text(end); }
std::string after_text(const Response& end) { return "respond " + end_text(end); }
std::string after_text(const Escalation& end) { return "escalate " + end_text(end); }

std::string outcome_text(const Manifest& manifest, const Decision& decision) {
  std::string text;
  if (decision.denied) text += line("deny", end_text(*decision.denied));
  if (decision.response) text += line("respond", end_text(*decision.response));
  if (decision.escalation) text += line("escalate", end_text(*decision.escalation));
  for (size_t i = 0; i < decision.attempts.size(); ++i) {
    const Attempt& attempt = decision.attempts[i];
    std::string slots = slots_text(manifest, attempt.slots);
    const Model& model = manifest.models[attempt.model];
    text += line(i == 0 ? "model" : "then", model.name + " (" + model.provider + (slots.empty() ? "" : "; " + slots) + ")");
  }
  if (decision.after) text += line("then", std::visit([](const auto& end) { return after_text(end); }, *decision.after));
  for (const SlotValue& effect : decision.effects) {
    if (is_empty(effect.value)) continue;
    text += line("effect", manifest.slots[effect.slot].name + (effect.key.empty() ? "" : " \"" + effect.key + "\"") + " = " +
                               value_text(effect.value));
  }
  return text;
}

bool is_costly(const SignalInfo& info) { return info.cost == CostClass::Model || info.cost == CostClass::Remote; }

std::string reading_text(const Reading& reading, const Type& type) {
  std::string text = reading.state == ReadingState::Known ? value_json(reading, type) : reading.state == ReadingState::Failed ? "failed" : "unknown";
  if (reading.confidence) text += " (" + to_string(to_decimal(*reading.confidence, TypeKind::Probability)) + ")";
  if (!reading.error.empty()) text += ": " + reading.error;
  if (reading.truncated) text += ", of a part of the text";
  if (reading.source == ReadingSource::Given) return text + (reading.state == ReadingState::Failed ? "" : ", given");
  if (reading.source == ReadingSource::OrElse) return text + ", by `or else`";
  return text + ", " + std::to_string(reading.micros) + " us" + (reading.source == ReadingSource::Cached ? ", kept from before" : "");
}

/// What models said, and which were not asked; or only which did not answer.
std::string readings_text(const Manifest& manifest, const Decision& decision, bool all) {
  std::string text, skipped;
  for (size_t i = 0; i < decision.readings.size(); ++i) {
    const SignalInfo& info = manifest.signals[manifest.signals.id_at(i)];
    if (!is_costly(info) || (!all && decision.readings[i].state != ReadingState::Failed)) continue;
    if (decision.readings[i].state == ReadingState::Skipped) {
      skipped += (skipped.empty() ? "" : ", ") + info.name;
    } else {
      text += line("read", info.name + ": " + reading_text(decision.readings[i], info.type));
    }
  }
  if (!skipped.empty()) text += line("skipped", skipped + ": no reading could have changed the decision");
  return text;
}

/// `elo: small 1500, large 1480`: in the order of the scores.
std::string selector_text(const Manifest& manifest, const SelectorChoice& selector) {
  std::string text;
  for (const SelectorTerm& term : selector.terms)
    text += (text.empty() ? selector.name + ": " : ", ") + manifest.models[term.model].name + " " + to_string(to_decimal(term.score, TypeKind::Probability));
  return text;
}

bool is_unknown(const Decision& decision, const Clause* clause) {
  return std::ranges::any_of(decision.why, [&](const Why& why) { return why.clause == clause && why.result == TestResult::Unknown; });
}

}  // namespace

std::string decision_text(const std::string& subject, const Manifest& manifest, const Decision& decision, bool all) {
  std::string text = subject + "\n";
  if (decision.fires) {
    std::string fires;
    for (const std::string& name : *decision.fires) fires += (fires.empty() ? "" : ", ") + name;
    return text + line("fires", fires.empty() ? "nothing" : fires);
  }
  std::string route = decision.route ? manifest.routes[*decision.route].name : decision.unserved ? "unserved" : "otherwise";
  text += line("route", route + (decision.route && decision.unserved ? " (nothing that fits was left: unserved)" : ""));
  text += outcome_text(manifest, decision);
  for (RuleId rule : decision.rules) text += line("rule", manifest.rules[rule].name);
  for (const Why& why : decision.why) {
    if (!why.clause) continue;
    std::string verdict = why.result == TestResult::True ? "" : why.result == TestResult::False ? " (does not hold)" : " (unknown)";
    text += line("why", why.rule + ": " + why.clause->text + verdict + place_text(why.clause->place));
  }
  if (decision.why.empty()) text += line("why", "no route's condition holds");
  if (decision.near) {
    for (const Clause* clause : decision.near->failed) {
      text += line("near", manifest.routes[decision.near->route].name + ": " + clause->text + (is_unknown(decision, clause) ? " is unknown" : " does not hold") + place_text(clause->place));
    }
  }
  if (decision.selector) text += line("chosen", "by " + selector_text(manifest, *decision.selector));
  text += readings_text(manifest, decision, all);
  return text;
}

}  // namespace sbx::driver
