// SPDX-License-Identifier: Apache-2.0
// Absent is null and never left out; the order of members is that of docs/cli.md#3-check.
#include "compiler/driver/findings_json.h"

#include "compiler/driver/route_facts.h"
#include "runtime/base/variant.h"

namespace sbx::driver {
namespace {

const char* word(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Note:
      return "note";
  }
  return "";
}

// Only what has been run is shown, so it is verified.
Json witness_json(const ShownRequest& shown) {
  return {{"request", Json::parse(shown.request)}, {"fires", shown.fires}, {"verified", true}, {"vectors", vectors_json(shown)}};
}

Json position_json(Position position) { return {{"line", position.line}, {"column", position.column}, {"byte", position.byte}}; }

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

/// Whether the requests that the finding is about get another decision.
const char* effect(Kind kind) { return kind == Kind::Conflict || kind == Kind::Boundary ? "listed" : "none"; }

Json fix_json(Kind kind, const Fix& fix, const SourceSet& sources) {
  Json json = {{"title", fix.title}, {"effect", effect(kind)}, {"edits", Json::array()}};
  for (const Edit& edit : fix.edits) json["edits"].push_back({{"span", span_json(edit.span, sources)}, {"text", edit.text}});
  return json;
}

/// Of a row of route_facts(); empty where nothing was looked for.
analysis::Worst worst_of(const Checked& checked, size_t policy, size_t row) {
  if (policy >= checked.bounds.size()) return {};
  const analysis::Bounds& bounds = checked.bounds[policy];
  return row < bounds.routes.size() ? bounds.routes[row] : bounds.otherwise;
}

/// Null where it has no bound, or none was looked for.
Json amount_json(const std::optional<Decimal>& amount) { return amount ? Json(std::stod(to_string(*amount))) : Json(nullptr); }

Json route_json(const sema::Policy& policy, const RouteFacts& facts, const analysis::Worst& worst) {
  Json json;
  json["policy"] = policy.name;
  json["name"] = facts.name;
  json["signals_max"] = facts.signals_max;
  json["calls_max"] = facts.calls_max;
  json["cost_max_usd"] = amount_json(worst.dollars);
  json["latency_max_ms"] = amount_json(worst.milliseconds);
  json["candidates"] = facts.candidates;
  return json;
}

}  // namespace

Json span_json(Span span, const SourceSet& sources) {
  if (!span.valid()) return nullptr;
  Json json;
  json["file"] = sources[span.file].path;
  json["start"] = position_json(sources.position(span.file, span.begin));
  json["end"] = position_json(sources.position(span.file, span.end));
  return json;
}

const char* level_word(Level level) {
  switch (level) {
    case Level::Proved:
      return "proved";
    case Level::Geometric:
      return "geometric";
    case Level::Bounded:
      return "bounded";
    case Level::Assumed:
      return "assumed";
  }
  return "";
}

Json interval_json(const Ground& ground) {
  if (!ground.measured) return nullptr;
  const Measured& measured = *ground.measured;
  return {{"low", measured.low},
          {"high", measured.high},
          {"confidence", measured.confidence},
          {"n", measured.of},
          {"occurred", measured.occurred}};
}

Json vectors_json(const ShownRequest& shown) {
  if (shown.vectors.empty()) return nullptr;
  Json list = Json::array();
  for (const ShownVector& one : shown.vectors) list.push_back({{"signals", one.signals}, {"vector", one.vector}});
  return list;
}

Json finding_json(const Diagnostic& diagnostic, const SourceSet& sources) {
  const KindRow& kind = row(diagnostic.kind);
  Json json;
  json["code"] = kind.code;
  json["name"] = kind.name;
  json["severity"] = word(diagnostic.severity);
  json["level"] = level_word(diagnostic.ground.level);
  json["message"] = diagnostic.message;
  json["help"] = diagnostic.help.empty() ? Json(nullptr) : Json(joined(diagnostic.help));
  json["policy"] = diagnostic.policy.empty() ? Json(nullptr) : Json(diagnostic.policy);
  json["span"] = span_json(diagnostic.span, sources);
  json["labels"] = Json::array();
  if (!diagnostic.label.empty()) json["labels"].push_back({{"span", span_json(diagnostic.span, sources)}, {"message", diagnostic.label}});
  for (const Label& label : diagnostic.labels) {
    json["labels"].push_back({{"span", span_json(label.span, sources)}, {"message", label.message}});
  }
  json["rules"] = diagnostic.rules;
  json["slots"] = diagnostic.slots;
  json["blockers"] = diagnostic.blockers;
  json["witness"] = diagnostic.witness ? witness_json(*diagnostic.witness) : Json(nullptr);
  json["interval"] = interval_json(diagnostic.ground);
  json["suppressed"] = diagnostic.suppressed ? Json(*diagnostic.suppressed) : Json(nullptr);
  json["fixes"] = Json::array();
  for (const Fix& fix : diagnostic.fixes) json["fixes"].push_back(fix_json(diagnostic.kind, fix, sources));
  return json;
}

Json check_json(const Checked& checked, const std::optional<BaselineUse>& baseline) {
  Json document;
  document["schema"] = "signalbox.check/1";
  document["policies"] = Json::array();
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const sema::Policy& policy = checked.policies[i];
    Json revision = i < checked.revisions.size() && !checked.revisions[i].empty() ? Json(checked.revisions[i]) : Json(nullptr);
    Json file = policy.span.valid() ? Json(checked.sources[policy.span.file].path) : Json(nullptr);
    document["policies"].push_back({{"name", policy.name}, {"revision", revision}, {"file", file}, {"analyzed", is_analyzed(checked, i)}});
  }
  document["summary"] = {{"errors", checked.diags.count(Severity::Error)},
                         {"warnings", checked.diags.count(Severity::Warning)},
                         {"notes", checked.diags.count(Severity::Note)},
                         {"suppressed", checked.diags.count_suppressed()}};
  document["baseline"] =
      baseline ? Json{{"file", baseline->path}, {"suppressed", baseline->suppressed}, {"stale", baseline->stale}} : Json(nullptr);
  document["findings"] = Json::array();
  for (const Diagnostic& diagnostic : checked.diags.all()) document["findings"].push_back(finding_json(diagnostic, checked.sources));
  document["proved"] = Json::array();
  for (const Proved& proved : checked.diags.proved()) {
    document["proved"].push_back({{"policy", proved.policy},
                                  {"span", span_json(proved.span, checked.sources)},
                                  {"text", proved.text},
                                  {"level", level_word(proved.level)}});
  }
  document["routes"] = Json::array();
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const std::vector<RouteFacts> facts = route_facts(checked.policies[i]);
    for (size_t route = 0; route < facts.size(); ++route) {
      document["routes"].push_back(route_json(checked.policies[i], facts[route], worst_of(checked, i, route)));
    }
  }
  return document;
}

bool is_analyzed(const Checked& checked, size_t policy) { return policy < checked.analyzed.size() && checked.analyzed[policy]; }

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace sbx::driver
