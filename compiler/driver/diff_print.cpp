// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/diff_print.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>

#include "compiler/driver/console.h"
#include "compiler/witness/brief_request.h"
#include "runtime/request/readings.h"

namespace sbx::driver {
namespace {

using Json = nlohmann::ordered_json;

Json policy_json(const Manifest& manifest) { return {{"name", manifest.name}, {"revision", manifest.revision}, {"file", manifest.file}}; }

constexpr const char* kShown[] = {"outcome", "route", "slots", "candidates", "effects", "denied", "response", "escalation", "after"};

/// What a region tells of a decision on its witness; without one only who wins is known.
Json decision_part(const diff::Decided& decided, const std::string& winner) {
  Json part = Json::object();
  if (!decided.json.empty()) {
    const Json all = Json::parse(decided.json);
    for (const char* field : kShown) part[field] = all.at(field);
    part["models"] = decided.models;
    return part;
  }
  for (const char* field : kShown) part[field] = nullptr;
  const bool is_route = winner != "otherwise" && !winner.empty();
  if (!winner.empty()) part["outcome"] = is_route ? "route" : "otherwise";
  if (is_route) part["route"] = winner;
  part["slots"] = Json::object();
  part["models"] = nullptr;
  return part;
}

Json region_json(const diff::Region& region) {
  Json json{{"when", region.when}, {"simplified", region.simplified}, {"level", region.settled ? "proved" : "undecided"}};
  json["old"] = decision_part(region.decided.old, region.old_winner);
  json["new"] = decision_part(region.decided.now, region.new_winner);
  json["allowed"] = region.allowed;
  json["witness"] = region.witness ? Json{{"request", Json::parse(*region.witness)}, {"verified", true}} : Json(nullptr);
  json["because"] = region.because.empty() ? Json(nullptr) : Json(region.because);
  return json;
}

Json declarations_json(const std::vector<diff::DeclaredChange>& changes) {
  Json list = Json::array();
  for (const diff::DeclaredChange& one : changes) {
    Json json{{"kind", one.kind}, {"name", one.name.empty() ? Json(nullptr) : Json(one.name)}};
    json["old"] = one.old ? Json(*one.old) : Json(nullptr);
    json["new"] = one.now ? Json(*one.now) : Json(nullptr);
    list.push_back(std::move(json));
  }
  return list;
}

std::string dollars(int64_t micros) { return to_string(to_decimal(micros, TypeKind::Money)); }

Json trace_json(const TraceChange& trace) {
  Json moves = Json::array();
  for (const auto& [move, count] : trace.moves) moves.push_back({{"old", move.first}, {"new", move.second}, {"count", count}});
  return {{"requests", trace.requests},
          {"changed", trace.changed},
          {"cost_delta_usd", Json::parse(dollars(trace.cost_delta_micros))},
          {"moves", moves},
          {"failed", trace.failed},
          {"unpriced", trace.unpriced}};
}

std::string word(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// `code: coder, then large; reasoning high`: of slots and effects only what the other decision does not have.
std::string decision_line(const Json& one, const Json& other) {
  std::string text = one["route"].is_string() ? word(one["route"]) : word(one["outcome"]);
  std::vector<std::string> parts;
  if (one["denied"].is_object()) parts.push_back("deny " + word(one["denied"]["status"]) + " " + word(one["denied"]["message"]));
  if (one["response"].is_object()) parts.push_back("respond " + word(one["response"]["message"]));
  if (one["escalation"].is_object()) parts.push_back("escalate " + word(one["escalation"]["target"]));
  std::string models;
  for (size_t i = 0; i < one["models"].size(); ++i) {
    models += (models.empty() ? "" : ", then ") + word(one["candidates"][i]["model"]) + " (" + word(one["models"][i]) + ")";
  }
  if (!models.empty()) parts.push_back(models);
  for (const auto& [name, value] : one["slots"].items()) {
    if (name != "model" && (!other["slots"].contains(name) || other["slots"][name] != value)) parts.push_back(name + " " + word(value));
  }
  for (const Json& effect : one["effects"].is_array() ? one["effects"] : Json::array()) {
    const bool is_shared = other["effects"].is_array() && std::ranges::find(other["effects"], effect) != other["effects"].end();
    if (!is_shared)
      parts.push_back(word(effect["kind"]) + " " + (effect["name"].is_null() ? "" : word(effect["name"]) + " ") + word(effect["value"]));
  }
  for (size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? ": " : "; ") + parts[i];
  return text;
}

std::string region_text(const diff::Region& region) {
  const Json old = decision_part(region.decided.old, region.old_winner);
  const Json now = decision_part(region.decided.now, region.new_winner);
  std::string text = "when " + region.when + (region.simplified ? "\n  (less what other routes take first)\n" : "\n");
  if (!old["outcome"].is_null()) {
    text += "  old      " + decision_line(old, now) + "\n";
    text += "  new      " + decision_line(now, old) + "\n";
  }
  if (region.allowed) text += "  allowed  it lies within what may change\n";
  if (!region.settled) {
    text += "  undecided: " +
            (region.because.empty() ? "no request was found that is decided differently here, and no proof that there is none"
                                    : region.because) +
            "\n";
  }
  if (region.witness) text += "  request  " + witness::brief_request(*region.witness) + "\n";
  return text + "\n";
}

constexpr size_t kMostShown = 20;

std::string declarations_text(const std::vector<diff::DeclaredChange>& changes) {
  if (changes.empty()) return "";
  std::string text = "\n" + counted(changes.size(), "declaration") + " changed\n";
  for (const diff::DeclaredChange& one : changes | std::views::take(kMostShown)) {
    if (one.old) text += (one.now ? "  old   " : "  gone  ") + *one.old + "\n";
    if (one.now) text += "  new   " + *one.now + "\n";
  }
  if (changes.size() > kMostShown) text += "  and " + std::to_string(changes.size() - kMostShown) + " more: `--format json` has them all\n";
  return text;
}

std::string trace_text(const TraceChange& trace) {
  std::string text = "\n" + std::to_string(trace.changed) + " of " + counted(trace.requests, "recorded request") + " change\n";
  for (const auto& [move, count] : trace.moves) text += "  " + std::to_string(count) + "  " + move.first + " -> " + move.second + "\n";
  if (trace.changed == 0) return text;
  const bool saves = trace.cost_delta_micros < 0;
  text += std::string("  at most $") + dollars(std::abs(trace.cost_delta_micros)) + (saves ? " less" : " more") + " to call";
  if (trace.unpriced > 0) text += "; " + std::to_string(trace.unpriced) + " without a price are not counted";
  return text + "\n";
}

}  // namespace

std::string diff_text(const DiffReport& report) {
  std::string text;
  for (const diff::Region& region : report.difference.regions) text += region_text(region);
  const size_t count = report.difference.regions.size();
  const auto allowed = std::ranges::count_if(report.difference.regions, &diff::Region::allowed);
  text += count == 0 ? "every request is decided alike" : counted(count, "region");
  if (allowed > 0) text += ", " + std::to_string(allowed) + " allowed";
  if (report.difference.truncated) text += ", and more that are not shown";
  text += "\n" + declarations_text(report.declarations);
  return report.trace ? text + trace_text(*report.trace) : text;
}

std::string diff_json(const DiffReport& report) {
  Json regions = Json::array();
  for (const diff::Region& region : report.difference.regions) regions.push_back(region_json(region));
  const Json json{{"schema", "signalbox.diff/1"},
                  {"old", policy_json(report.old)},
                  {"new", policy_json(report.now)},
                  {"equivalent", report.difference.regions.empty()},
                  {"regions", regions},
                  {"declarations", declarations_json(report.declarations)},
                  {"truncated", report.difference.truncated},
                  {"trace", report.trace ? trace_json(*report.trace) : Json(nullptr)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::driver
