// SPDX-License-Identifier: Apache-2.0
// Findings for other tools: GitHub workflow commands, JUnit. Valid documents also when nothing parses.
#include <map>

#include "compiler/driver/brief_request.h"
#include "compiler/driver/findings_json.h"
#include "runtime/base/xml.h"
#include "runtime/text/fold.h"

namespace sbx::driver {
namespace {

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

/// Whether a file has a policy whose requests were not looked at.
bool holds_unanalyzed(const Checked& checked, const std::string& path) {
  for (size_t i = 0; i < checked.analyzed.size(); ++i) {
    const Span span = checked.policies[i].span;
    if (!checked.analyzed[i] && span.valid() && checked.sources[span.file].path == path) return true;
  }
  return false;
}

}  // namespace

std::string github_text(const Checked& checked) {
  std::string text;
  for (const Diagnostic& diagnostic : checked.diags.all()) {
    if (diagnostic.suppressed) continue;
    text += diagnostic.severity == Severity::Error ? "::error " : diagnostic.severity == Severity::Warning ? "::warning " : "::notice ";
    if (diagnostic.span.valid()) {
      Position start = checked.sources.position(diagnostic.span.file, diagnostic.span.begin);
      Position end = checked.sources.position(diagnostic.span.file, diagnostic.span.end);
      text += "file=" + escaped_github(checked.sources[diagnostic.span.file].path, true) + ",line=" + std::to_string(start.line) +
              ",col=" + std::to_string(start.column) + ",endLine=" + std::to_string(end.line) + ",endColumn=" + std::to_string(end.column) +
              ",";
    }
    text += "title=" + std::string(row(diagnostic.kind).code) + "::" + escaped_github(told(diagnostic), false) + "\n";
  }
  return text;
}

std::string junit_text(const Checked& checked, const std::vector<std::string>& paths, Severity fail_level) {
  std::map<std::string, std::string> failures;
  for (const std::string& path : paths) failures[path];
  for (const Diagnostic& diagnostic : checked.diags.all()) {
    if (diagnostic.severity > fail_level || diagnostic.suppressed) continue;
    std::string path = diagnostic.span.valid() ? checked.sources[diagnostic.span.file].path : "signalbox";
    std::string line =
        diagnostic.span.valid() ? ":" + std::to_string(checked.sources.position(diagnostic.span.file, diagnostic.span.begin).line) : "";
    std::string_view code = row(diagnostic.kind).code;
    failures[path] += "      <failure type=\"" + std::string(code) + "\" message=\"" + escaped_xml(diagnostic.message) + "\">" +
                      escaped_xml(path + line + "\n" + told(diagnostic)) + "</failure>\n";
  }
  size_t failed = 0, skipped = 0;
  std::string cases;
  for (auto& [path, result] : failures) {
    failed += result.empty() ? 0 : 1;
    if (result.empty() && holds_unanalyzed(checked, path)) {
      ++skipped;
      result = "      <skipped message=\"not looked at over all requests: what it uses has errors\"/>\n";
    }
    cases += "    <testcase classname=\"check\" name=\"" + escaped_xml(path) + "\"" +
             (result.empty() ? "/>\n" : ">\n" + result + "    </testcase>\n");
  }
  std::string counts = "tests=\"" + std::to_string(failures.size()) + "\" failures=\"" + std::to_string(failed) + "\"";
  if (skipped > 0) counts += " skipped=\"" + std::to_string(skipped) + "\"";
  std::string document;  // a path may be any bytes
  text::repair_utf8("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts + ">\n  <testsuite name=\"signalbox check\" " +
                        counts + ">\n" + cases + "  </testsuite>\n</testsuites>\n",
                    document);
  return document;
}

}  // namespace sbx::driver
