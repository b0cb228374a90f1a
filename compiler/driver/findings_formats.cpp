// SPDX-License-Identifier: Apache-2.0
// Findings for other tools: SARIF 2.1.0, GitHub workflow commands, JUnit. Valid documents also when nothing parses.
#include <map>

#include "compiler/driver/findings_json.h"

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

Json sarif_location(Span span, const SourceSet& sources) {
  Position start = sources.position(span.file, span.begin), end = sources.position(span.file, span.end);
  Json region = {{"startLine", start.line}, {"startColumn", start.column}, {"endLine", end.line},
                 {"endColumn", end.column}, {"byteOffset", span.begin},    {"byteLength", span.end - span.begin}};
  return {{"physicalLocation", {{"artifactLocation", {{"uri", sources[span.file].path}}}, {"region", region}}}};
}

std::string escaped_xml(std::string_view text) {
  std::string result;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (c == '\n')
      result += "&#10;";
    else
      result += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return result;
}

/// `%`, CR and LF, and in properties `:` and `,`, as workflow commands want them.
std::string escaped_github(std::string_view text, bool property) {
  std::string result;
  for (char c : text) {
    if (c == '%')
      result += "%25";
    else if (c == '\n')
      result += "%0A";
    else if (c == '\r')
      result += "%0D";
    else if (property && c == ':')
      result += "%3A";
    else if (property && c == ',')
      result += "%2C";
    else
      result += c;
  }
  return result;
}

}  // namespace

Json sarif_json(const Checked& checked) {
  Json rules = Json::array();
  std::map<std::string_view, size_t> index;
  for (const KindRow& row : all_kinds()) {
    index[row.code] = rules.size();
    rules.push_back({{"id", row.code},
                     {"name", row.name},
                     {"shortDescription", {{"text", row.title}}},
                     {"defaultConfiguration", {{"level", sarif_level(row.severity)}}}});
  }
  Json results = Json::array();
  for (const Diagnostic& diagnostic : checked.diags.all()) {
    std::string_view code = row(diagnostic.kind).code;
    Json result = {{"ruleId", code},
                   {"ruleIndex", index[code]},
                   {"level", sarif_level(diagnostic.severity)},
                   {"message", {{"text", diagnostic.message}}}};
    if (diagnostic.span.valid()) result["locations"] = Json::array({sarif_location(diagnostic.span, checked.sources)});
    Json related = Json::array();
    for (const Label& label : diagnostic.labels) {
      if (!label.span.valid()) continue;
      Json location = sarif_location(label.span, checked.sources);
      location["message"] = {{"text", label.message}};
      related.push_back(location);
    }
    if (!related.empty()) result["relatedLocations"] = related;
    results.push_back(result);
  }
  Json driver = {{"name", "signalbox"}, {"version", SBX_VERSION}, {"rules", rules}};
  Json run = {{"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", results}};
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
}

std::string github_text(const Checked& checked) {
  std::string text;
  for (const Diagnostic& diagnostic : checked.diags.all()) {
    text += diagnostic.severity == Severity::Error ? "::error " : diagnostic.severity == Severity::Warning ? "::warning " : "::notice ";
    if (diagnostic.span.valid()) {
      Position start = checked.sources.position(diagnostic.span.file, diagnostic.span.begin);
      text += "file=" + escaped_github(checked.sources[diagnostic.span.file].path, true) + ",line=" + std::to_string(start.line) +
              ",col=" + std::to_string(start.column) + ",";
    }
    text += "title=" + std::string(row(diagnostic.kind).code) + "::" + escaped_github(diagnostic.message, false) + "\n";
  }
  return text;
}

std::string junit_text(const Checked& checked, const std::vector<std::string>& paths) {
  std::map<std::string, std::string> failures;
  for (const std::string& path : paths) failures[path];
  for (const Diagnostic& diagnostic : checked.diags.all()) {
    if (diagnostic.severity != Severity::Error) continue;
    std::string path = diagnostic.span.valid() ? checked.sources[diagnostic.span.file].path : "signalbox";
    std::string line =
        diagnostic.span.valid() ? ":" + std::to_string(checked.sources.position(diagnostic.span.file, diagnostic.span.begin).line) : "";
    std::string_view code = row(diagnostic.kind).code;
    failures[path] += "      <failure type=\"" + std::string(code) + "\" message=\"" + escaped_xml(diagnostic.message) + "\">" +
                      escaped_xml(path + line) + "</failure>\n";
  }
  size_t failed = 0;
  std::string cases;
  for (const auto& [path, failure] : failures) {
    failed += failure.empty() ? 0 : 1;
    cases += "    <testcase classname=\"check\" name=\"" + escaped_xml(path) + "\"" +
             (failure.empty() ? "/>\n" : ">\n" + failure + "    </testcase>\n");
  }
  std::string counts = "tests=\"" + std::to_string(failures.size()) + "\" failures=\"" + std::to_string(failed) + "\"";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts + ">\n  <testsuite name=\"signalbox check\" " + counts +
         ">\n" + cases + "  </testsuite>\n</testsuites>\n";
}

}  // namespace sbx::driver
