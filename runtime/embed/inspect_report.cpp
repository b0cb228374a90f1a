// SPDX-License-Identifier: Apache-2.0
// An inspection as a document and as text.
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "runtime/embed/inspect.h"
#include "runtime/signals/reads_body.h"

namespace sbx::embed {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kCosts{CostClass::Free, CostClass::Fast, CostClass::Model, CostClass::Remote};

/// What of the runtime a signal needs besides the request: a word of `needs`, or nothing.
std::string need_of(const SignalInfo& info) {
  if (info.cost == CostClass::Model) return "models";
  if (info.cost == CostClass::Remote) return "remote";
  if (info.kind == "language") return "language";
  if (info.kind == "budget") return "state";
  if (info.kind == "gateway" || info.kind == "given") return "host";
  return info.cost == CostClass::Fast && info.kind != "table" ? "patterns" : "";
}

std::set<std::string> needs_of(const Manifest& manifest) {
  std::set<std::string> needs;
  for (const SignalInfo& info : manifest.signals) {
    if (std::string need = need_of(info); !need.empty()) needs.insert(std::move(need));
  }
  return needs;
}

std::string_view outcome_of(const Outcome& outcome) {
  if (outcome.candidates.empty()) return "unserved";
  const auto& first = outcome.candidates.front().target;
  if (std::holds_alternative<Denial>(first)) return "deny";
  if (std::holds_alternative<Response>(first)) return "respond";
  return std::holds_alternative<Escalation>(first) ? "escalate" : "call";
}

Json signal_json(const Manifest& manifest, SignalId id) {
  const SignalInfo& info = manifest.signals[id];
  return {{"name", info.name},
          {"kind", info.kind},
          {"type", to_string(info.type)},
          {"cost_class", to_string(info.cost)},
          {"fallible", info.fallible},
          {"body", signals::reads_body(manifest, id, nullptr)}};
}

Json signature_json(const std::optional<SignatureFacts>& signature) {
  if (!signature) return nullptr;
  return {{"key", signature->key ? Json(*signature->key) : Json(nullptr)},
          {"valid", signature->valid ? Json(*signature->valid) : Json(nullptr)}};
}

std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

class Text {
 public:
  void line(const std::string& title, const std::string& text) {
    constexpr size_t kColumn = 11;
    if (!text.empty()) text_ += title + std::string(kColumn - title.size(), ' ') + text + "\n";
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

template <class Table, class Name>
std::vector<std::string> names_of(const Table& table, Name&& name) {
  std::vector<std::string> names;
  for (const auto& one : table) names.push_back(name(one));
  return names;
}

std::string signature_text(const std::optional<SignatureFacts>& signature) {
  if (!signature) return "none";
  if (!signature->valid) return "there is one; `--verify PUB.pem` tells whether it fits";
  return (*signature->valid ? "valid, by " : "NOT valid for ") + *signature->key;
}

}  // namespace

std::string inspection_json(const Inspection& inspection) {
  const Manifest& manifest = inspection.facts.module.manifest;
  const CodeTarget& code = inspection.facts.code;
  Json json{{"schema", "signalbox.inspect/1"},
            {"policy", {{"name", manifest.name}, {"revision", manifest.revision}, {"file", manifest.file}}},
            {"serves", manifest.serves},
            {"abi", code.abi},
            {"target", code.target},
            {"cpu", code.cpu},
            {"processor", code.processor},
            {"needs_body", needs_body(manifest)},
            {"fit_needs_body", fit_needs_body(manifest)},
            {"needs", needs_of(manifest)}};
  json["signals"] = Json::array();
  for (size_t i = 0; i < manifest.signals.size(); ++i) json["signals"].push_back(signal_json(manifest, manifest.signals.id_at(i)));
  json["routes"] = Json::array();
  for (const Route& route : manifest.routes)
    json["routes"].push_back({{"name", route.name}, {"strict", route.strict}, {"outcome", outcome_of(route.outcome)}});
  json["models"] = Json::array();
  for (const Model& model : manifest.models)
    json["models"].push_back({{"name", model.name}, {"provider", model.provider}, {"served_name", model.served_name}});
  json["slots"] = Json::array();
  for (const Slot& slot : manifest.slots)
    json["slots"].push_back({{"name", slot.name}, {"values", slot.type.members.empty() ? Json(nullptr) : Json(slot.type.members)}});
  json["bytes"] = inspection.bytes;
  json["signature"] = signature_json(inspection.signature);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string inspection_text(const Inspection& inspection) {
  const Manifest& manifest = inspection.facts.module.manifest;
  const CodeTarget& code = inspection.facts.code;
  Text text;
  text.line("policy", manifest.name + "   " + manifest.revision);
  text.line("from", manifest.file);
  text.line("serves", list(manifest.serves));
  text.line("code", "abi " + std::to_string(code.abi) + ", " + code.target + ", " + code.cpu + " (" + code.processor + "), " +
                        std::to_string(inspection.bytes) + " bytes");
  text.line("body", needs_body(manifest)       ? "read by signals"
                    : fit_needs_body(manifest) ? "no signal reads it; whether a model fits can depend on it"
                                               : "never needed");
  for (const CostClass cost : kCosts) {
    std::vector<std::string> names;
    for (const SignalInfo& info : manifest.signals) {
      if (info.cost == cost) names.push_back(info.name);
    }
    text.line(std::string(to_string(cost)), list(names));
  }
  text.line("routes", list(names_of(manifest.routes, [](const Route& route) { return route.name; })));
  text.line("models", list(names_of(manifest.models, [](const Model& model) { return model.name + " (" + model.provider + ")"; })));
  text.line("slots", list(names_of(manifest.slots, [](const Slot& slot) { return slot.name; })));
  text.line("signature", signature_text(inspection.signature));
  return text.take();
}

}  // namespace sbx::embed
