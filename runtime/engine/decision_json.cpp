// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/decision_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/base/variant.h"
#include "runtime/request/readings.h"
#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

using Json = nlohmann::ordered_json;

Json number(Decimal value) { return Json::parse(to_string(value)); }

Json json_of(const Constant& constant) {
  return std::visit(overloaded{
                        [](std::monostate) { return Json(nullptr); },
                        [](bool value) { return Json(value); },
                        [](const Decimal& value) { return number(value); },
                        [](const std::string& value) { return Json(value); },
                        [](const ConstantList& list) {
                          Json items = Json::array();
                          for (const Constant& item : list) items.push_back(json_of(item));
                          return items;
                        },
                        [](const ConstantRecord& record) {
                          Json fields = Json::object();
                          for (const auto& [key, item] : record) fields[key] = json_of(item);
                          return fields;
                        },
                    },
                    constant.value);
}

Json json_of(const Place& place) {
  if (place.file.empty()) return nullptr;
  const auto position = [](const Position& at) { return Json{{"line", at.line}, {"column", at.column}, {"byte", at.byte}}; };
  return {{"file", place.file}, {"start", position(place.start)}, {"end", position(place.end)}};
}

std::string_view name_of(ReadingState state) {
  switch (state) {
    case ReadingState::Known:
      return "known";
    case ReadingState::Unknown:
      return "unknown";
    case ReadingState::Failed:
      return "failed";
    case ReadingState::Pending:
    case ReadingState::Skipped:
      return "skipped";
  }
  return {};
}

// A value of `or else` was computed by the policy.
std::string_view name_of(ReadingSource source) {
  switch (source) {
    case ReadingSource::Given:
      return "given";
    case ReadingSource::Cached:
      return "cached";
    case ReadingSource::Computed:
    case ReadingSource::OrElse:
      return "computed";
  }
  return {};
}

Json millionths(int64_t raw) { return number(to_decimal(raw, TypeKind::Number)); }

Json value_of(const Reading& reading, const Type& type) { return Json::parse(value_json(reading, type)); }

Json json_of(const Reading& reading, const SignalInfo& info) {
  Json json{{"value", value_of(reading, info.type)},
            {"confidence", reading.confidence ? millionths(*reading.confidence) : Json(nullptr)},
            {"state", name_of(reading.state)},
            {"source", name_of(reading.source)},
            {"cost_class", to_string(info.cost)},
            {"truncated", reading.truncated},
            {"us", reading.micros}};
  if (reading.source == ReadingSource::OrElse) json["or_else"] = true;
  if (!reading.error.empty()) json["error"] = reading.error;
  if (!reading.scores.empty()) {
    json["scores"] = Json::object();
    for (const auto& [member, score] : reading.scores) json["scores"][member] = millionths(score);
  }
  if (!reading.spans.empty()) {
    json["spans"] = Json::array();
    for (const TextSpan& span : reading.spans) json["spans"].push_back({{"start", span.start}, {"end", span.end}, {"label", span.label}});
  }
  return json;
}

// Durations are held in microseconds and printed in seconds, like readings.
Json value_of_slot(const Manifest& manifest, const SlotValue& slot) {
  const auto* micros = std::get_if<Decimal>(&slot.value.value);
  if (micros == nullptr || manifest.slots[slot.slot].type.kind != TypeKind::Duration) return json_of(slot.value);
  const auto seconds = shift_right(*micros, 6);
  return seconds ? number(*seconds) : json_of(slot.value);
}

class Printer {
 public:
  Printer(const Manifest& manifest, const Decision& decision, bool all) : manifest_(manifest), decision_(decision), all_(all) {}

  Json run() const {
    const bool guards = decision_.fires.has_value();
    Json json{{"schema", "signalbox.decision/1"},
              {"id", decision_.id.empty() ? Json(nullptr) : Json(decision_.id)},
              {"policy", {{"name", manifest_.name}, {"revision", manifest_.revision}, {"file", manifest_.file}}},
              {"seed", decision_.seed},
              {"outcome", guards ? Json(nullptr) : Json(to_string(decision_.outcome))},
              {"route", decision_.route ? Json(manifest_.routes[*decision_.route].name) : Json(nullptr)},
              {"rules", names(decision_.rules)},
              {"fires", guards ? Json(*decision_.fires) : Json(nullptr)},
              {"slots", slots()},
              {"candidates", candidates()},
              {"effects", effects(decision_.effects)},
              {"denied", decision_.denied ? denial(*decision_.denied) : Json(nullptr)}};
    json["response"] = decision_.response ? response(*decision_.response) : Json(nullptr);
    json["escalation"] = decision_.escalation ? escalation(*decision_.escalation) : Json(nullptr);
    json["after"] = after();
    json["unserved"] = decision_.unserved;
    json["selector"] = selector();
    json["conflicts"] = conflicts();
    json["readings"] = readings();
    json["why"] = why();
    json["near"] = near();
    json["decide_ns"] = decision_.decide_ns;
    json["signals_us"] = decision_.signals_us;
    return json;
  }

 private:
  Json names(const std::vector<RuleId>& rules) const {
    Json json = Json::array();
    for (const RuleId rule : rules) json.push_back(manifest_.rules[rule].name);
    return json;
  }

  static Json denial(const Denial& denial) { return {{"status", denial.status}, {"message", denial.message}}; }
  static Json response(const Response& response) { return {{"message", response.message}}; }
  static Json escalation(const Escalation& escalation) { return {{"target", escalation.target}, {"message", escalation.message}}; }

  // What the request gets once all candidates have failed.
  Json after() const {
    if (!decision_.after) return nullptr;
    return std::visit(overloaded{[](const Denial& end) {
                                   return Json{{"denied", denial(end)}};
                                 },
                                 [](const Response& end) {
                                   return Json{{"response", response(end)}};
                                 },
                                 [](const Escalation& end) {
                                   return Json{{"escalation", escalation(end)}};
                                 }},
                      *decision_.after);
  }

  Json value_of_slot(const SlotValue& slot) const { return sbx::value_of_slot(manifest_, slot); }

  std::string name_of_slot(const SlotValue& slot) const {
    const std::string& name = manifest_.slots[slot.slot].name;
    return slot.key.empty() ? name : name + "(\"" + slot.key + "\")";
  }

  Json slots() const {
    Json json = Json::object();
    if (decision_.fires) return json;
    if (!decision_.attempts.empty()) json["model"] = manifest_.models[decision_.attempts.front().model].name;
    for (const SlotValue& slot : decision_.slots) json[name_of_slot(slot)] = value_of_slot(slot);
    return json;
  }

  // Of each candidate the slots that differ from those of the first.
  Json candidates() const {
    Json json = Json::array();
    for (const Attempt& attempt : decision_.attempts) {
      Json own = Json::object();
      for (const SlotValue& slot : attempt.slots) {
        if (std::ranges::find(decision_.slots, slot) == decision_.slots.end()) own[name_of_slot(slot)] = value_of_slot(slot);
      }
      Json one{{"model", manifest_.models[attempt.model].name}, {"provider", manifest_.models[attempt.model].provider}, {"slots", own}};
      one["on"] = attempt.on.empty() ? Json(nullptr) : Json(attempt.on);
      if (attempt.effects != decision_.effects) one["effects"] = effects(attempt.effects);
      if (attempt.rules != decision_.rules) one["rules"] = names(attempt.rules);
      json.push_back(std::move(one));
    }
    return json;
  }

  Json effects(const std::vector<SlotValue>& values) const {
    Json json = Json::array();
    for (const SlotValue& effect : values) {
      json.push_back({{"kind", manifest_.slots[effect.slot].name},
                      {"name", effect.key.empty() ? Json(nullptr) : Json(effect.key)},
                      {"value", value_of_slot(effect)}});
    }
    return json;
  }

  static Json score_json(int64_t score) { return score == kExcluded ? Json() : Json(score); }

  Json selector() const {
    if (!decision_.selector) return nullptr;
    Json terms = Json::array();
    for (const SelectorTerm& term : decision_.selector->terms) {
      Json parts = Json::object();
      for (const auto& [name, score] : term.parts) parts[name] = score_json(score);
      terms.push_back({{"model", manifest_.models[term.model].name}, {"score", score_json(term.score)}, {"parts", parts}});
    }
    return {{"name", decision_.selector->name}, {"terms", terms}, {"propensity", millionths(decision_.selector->propensity)}};
  }

  Json conflicts() const {
    Json json = Json::array();
    for (const SlotConflict& conflict : decision_.conflicts) {
      json.push_back({{"slot", name_of_slot({conflict.slot, conflict.key, {}})}, {"between", conflict.between}});
    }
    return json;
  }

  Json readings() const {
    Json json = Json::object();
    for (size_t i = 0; i < decision_.readings.size(); ++i) {
      const Reading& reading = decision_.readings[i];
      const SignalInfo& info = manifest_.signals[manifest_.signals.id_at(i)];
      if (reading.state != ReadingState::Skipped || all_) json[info.name] = json_of(reading, info);
    }
    return json;
  }

  // The reading of a test's only signal; of several, each by name.
  Json value_of(const Clause& clause) const {
    Json several = Json::object();
    for (const SignalId signal : clause.signals) {
      if (signal.index >= decision_.readings.size()) continue;
      const SignalInfo& info = manifest_.signals[signal];
      const Reading& reading = decision_.readings[signal.index];
      const Json value = reading.state == ReadingState::Known ? sbx::value_of(reading, info.type) : Json(nullptr);
      if (clause.signals.size() == 1) return value;
      several[info.name] = value;
    }
    return several.empty() ? Json(nullptr) : several;
  }

  Json why() const {
    Json json = Json::array();
    for (const Why& why : decision_.why) {
      if (why.result != TestResult::True && !all_) continue;
      json.push_back({{"rule", why.rule},
                      {"test", why.clause->text},
                      {"value", value_of(*why.clause)},
                      {"result", to_string(why.result)},
                      {"span", json_of(why.clause->place)}});
    }
    return json;
  }

  Json near() const {
    if (!decision_.near) return nullptr;
    Json failed = Json::array();
    for (const Clause* clause : decision_.near->failed) failed.push_back(json_of(clause->place));
    return {{"route", manifest_.routes[decision_.near->route].name}, {"failed", failed}};
  }

  const Manifest& manifest_;
  const Decision& decision_;
  const bool all_;
};

// Texts are what clients sent: bytes that are not UTF-8 never get here, but printing must not throw whatever comes.
std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string decision_json(const Manifest& manifest, const Decision& decision, bool all) {
  return dumped(Printer(manifest, decision, all).run());
}

std::string slot_json(const Manifest& manifest, const SlotValue& slot) { return dumped(value_of_slot(manifest, slot)); }

std::string error_json(std::string_view id, const Error& error) {
  return dumped(Json{{"id", id.empty() ? Json(nullptr) : Json(id)}, {"error", {{"code", error.code}, {"message", error.message}}}});
}

}  // namespace sbx
