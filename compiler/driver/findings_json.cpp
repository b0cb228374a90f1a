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

const char* word(Level level) {
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

// Only what has been run is shown, so it is verified.
Json witness_json(const ShownRequest& shown) {
  return {{"request", Json::parse(shown.request)}, {"fires", shown.fires}, {"verified", true}};
}

Json position_json(Position position) { return {{"line", position.line}, {"column", position.column}, {"byte", position.byte}}; }

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

Json fix_json(const Fix& fix, const SourceSet& sources) {
  Json json = {{"title", fix.title}, {"effect", "none"}, {"edits", Json::array()}};
  for (const Edit& edit : fix.edits) json["edits"].push_back({{"span", span_json(edit.span, sources)}, {"text", edit.text}});
  return json;
}

Json route_json(const sema::Policy& policy, const RouteFacts& facts) {
  Json json;
  json["policy"] = policy.name;
  json["name"] = facts.name;
  json["signals_max"] = facts.signals_max;
  json["calls_max"] = facts.calls_max;
  json["cost_max_usd"] = nullptr;  // needs the analysis of how many tokens can reach the route
  json["latency_max_ms"] = nullptr;
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

Json finding_json(const Diagnostic& diagnostic, const SourceSet& sources) {
  const KindRow& kind = row(diagnostic.kind);
  Json json;
  json["code"] = kind.code;
  json["name"] = kind.name;
  json["severity"] = word(diagnostic.severity);
  json["level"] = word(diagnostic.level);
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
  json["interval"] = nullptr;
  json["suppressed"] = nullptr;
  json["fixes"] = Json::array();
  for (const Fix& fix : diagnostic.fixes) json["fixes"].push_back(fix_json(fix, sources));
  return json;
}

Json check_json(const Checked& checked) {
  Json document;
  document["schema"] = "signalbox.check/1";
  document["policies"] = Json::array();
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const sema::Policy& policy = checked.policies[i];
    Json revision = i < checked.revisions.size() && !checked.revisions[i].empty() ? Json(checked.revisions[i]) : Json(nullptr);
    Json file = policy.span.valid() ? Json(checked.sources[policy.span.file].path) : Json(nullptr);
    document["policies"].push_back({{"name", policy.name}, {"revision", revision}, {"file", file}});
  }
  document["summary"] = {{"errors", checked.diags.count(Severity::Error)},
                         {"warnings", checked.diags.count(Severity::Warning)},
                         {"notes", checked.diags.count(Severity::Note)},
                         {"suppressed", 0}};
  document["findings"] = Json::array();
  for (const Diagnostic& diagnostic : checked.diags.all()) document["findings"].push_back(finding_json(diagnostic, checked.sources));
  document["proved"] = Json::array();
  for (const Proved& proved : checked.diags.proved()) {
    document["proved"].push_back(
        {{"policy", proved.policy}, {"span", span_json(proved.span, checked.sources)}, {"text", proved.text}, {"level", "proved"}});
  }
  document["routes"] = Json::array();
  for (const sema::Policy& policy : checked.policies) {
    for (const RouteFacts& facts : route_facts(policy)) document["routes"].push_back(route_json(policy, facts));
  }
  return document;
}

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace sbx::driver
