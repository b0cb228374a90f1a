// SPDX-License-Identifier: Apache-2.0
// Findings as SARIF 2.1.0. A valid document also when nothing parses.
#include <algorithm>

#include "compiler/driver/brief_request.h"
#include "compiler/driver/findings_json.h"
#include "compiler/witness/brief_request.h"

namespace sbx::driver {
namespace {

const char* sarif_level(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Note:
      return "note";
  }
  return "none";
}

/// A path as a reference of RFC 3986; an absolute one has its scheme.
std::string uri(const std::string& path) {
  static constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return uri;
}

Json region(Span span, const SourceSet& sources) {
  Position start = sources.position(span.file, span.begin), end = sources.position(span.file, span.end);
  return {{"startLine", start.line}, {"startColumn", start.column}, {"endLine", end.line},
          {"endColumn", end.column}, {"byteOffset", span.begin},    {"byteLength", span.end - span.begin}};
}

Json artifact(FileId file, const SourceSet& sources) { return {{"uri", uri(sources[file].path)}}; }

Json sarif_location(Span span, const SourceSet& sources) {
  return {{"physicalLocation", {{"artifactLocation", artifact(span.file, sources)}, {"region", region(span, sources)}}}};
}

/// One change a file, in the order in which the fix first edits them.
Json sarif_fix(const Fix& fix, const SourceSet& sources) {
  std::vector<std::pair<FileId, Json>> changes;
  for (const Edit& edit : fix.edits) {
    auto change = std::ranges::find(changes, edit.span.file, &std::pair<FileId, Json>::first);
    if (change == changes.end()) {
      changes.emplace_back(edit.span.file, Json::array());
      change = std::prev(changes.end());
    }
    change->second.push_back({{"deletedRegion", region(edit.span, sources)}, {"insertedContent", {{"text", edit.text}}}});
  }
  Json list = Json::array();
  for (auto& [file, replacements] : changes)
    list.push_back({{"artifactLocation", artifact(file, sources)}, {"replacements", replacements}});
  return {{"description", {{"text", fix.title}}}, {"artifactChanges", list}};
}

/// An empty list says that it is not suppressed, where other results are.
Json suppressions(const Diagnostic& diagnostic) {
  Json list = Json::array();
  if (!diagnostic.suppressed) return list;
  const bool in_source = *diagnostic.suppressed != kBaselineReason;
  list.push_back({{"kind", in_source ? "inSource" : "external"}, {"justification", *diagnostic.suppressed}});
  return list;
}

/// In the order of their kinds, which `ruleIndex` relies on.
Json rules_json() {
  Json rules = Json::array();
  for (const KindRow& row : all_kinds()) {
    rules.push_back({{"id", row.code},
                     {"name", row.name},
                     {"shortDescription", {{"text", row.title}}},
                     {"fullDescription", {{"text", row.title}}},
                     {"help", {{"text", "`signalbox explain " + std::string(row.code) + "` shows what is wrong, what is right, and why"}}},
                     {"defaultConfiguration", {{"level", sarif_level(row.severity)}}}});
  }
  return rules;
}

Json result_json(const Diagnostic& diagnostic, const SourceSet& sources) {
  Json result = {{"ruleId", row(diagnostic.kind).code},
                 {"ruleIndex", static_cast<size_t>(diagnostic.kind)},
                 {"level", sarif_level(diagnostic.severity)},
                 {"message", {{"text", told(diagnostic)}}}};
  if (diagnostic.span.valid()) result["locations"] = Json::array({sarif_location(diagnostic.span, sources)});
  Json related = Json::array();
  for (const Label& label : diagnostic.labels) {
    if (!label.span.valid()) continue;
    Json location = sarif_location(label.span, sources);
    location["message"] = {{"text", label.message}};
    related.push_back(location);
  }
  if (!related.empty()) result["relatedLocations"] = related;
  for (const Fix& fix : diagnostic.fixes) {
    if (!fix.edits.empty()) result["fixes"].push_back(sarif_fix(fix, sources));
  }
  result["suppressions"] = suppressions(diagnostic);
  result["properties"] = {{"level", level_word(diagnostic.ground.level)}};
  if (diagnostic.ground.measured) result["properties"]["interval"] = interval_json(diagnostic.ground);
  if (!diagnostic.witness) return result;
  result["properties"]["witness"] = Json::parse(witness::short_request(diagnostic.witness->request));
  if (!diagnostic.witness->vectors.empty()) result["properties"]["vectors"] = vectors_json(*diagnostic.witness);
  return result;
}

}  // namespace

Json sarif_json(const Checked& checked) {
  Json results = Json::array();
  for (const Diagnostic& diagnostic : checked.diags.all()) results.push_back(result_json(diagnostic, checked.sources));
  Json driver = {{"name", "signalbox"}, {"version", SBX_VERSION}, {"rules", rules_json()}};
  Json run = {{"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", results}};
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
}

}  // namespace sbx::driver
