// SPDX-License-Identifier: Apache-2.0
#include "tests/file_tests/findings.h"

#include <algorithm>

namespace sbx::file_tests {
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

/// The underline below its text; a place left of where `//>` ends is written as `@FIRST-LAST`, in columns.
std::string underline(const Diagnostic& diagnostic, const SourceSet& sources) {
  Position begin = sources.position(diagnostic.span.file, diagnostic.span.begin);
  Position end = sources.position(diagnostic.span.file, std::max(diagnostic.span.end, diagnostic.span.begin));
  size_t width = end.line == begin.line ? std::max(1u, end.column - begin.column) : 1;
  std::string label = diagnostic.label.empty() ? "" : " " + diagnostic.label;
  if (end.line != begin.line) label = " to line " + std::to_string(end.line) + label;
  if (begin.column <= 3) return " @" + std::to_string(begin.column) + "-" + std::to_string(begin.column + width - 1) + label;
  return std::string(begin.column - 4, ' ') + std::string(width, '^') + label;
}

/// Texts may hold the folder of a test that was written to disk, and line breaks.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

Part* part_of(Case& test, const Diagnostic& diagnostic, const SourceSet& sources) {
  if (!diagnostic.span.valid()) return nullptr;
  const std::string& path = sources[diagnostic.span.file].path;
  for (Part& part : test.parts) {
    bool ends = path == part.name || path.ends_with("/" + part.name);
    if (ends) return &part;
  }
  return nullptr;
}

bool matches(const Expected& expected, const Expected& actual) {
  if (expected.head != actual.head) return false;
  size_t next = 0;
  for (const std::string& line : expected.below) {
    while (next < actual.below.size() && actual.below[next] != line) ++next;
    if (next++ >= actual.below.size()) return false;
  }
  return true;
}

std::string show(const std::string& mark, const Part& part, size_t line, const Expected& expected) {
  std::string text = "    " + mark + " " + part.name + ":" + std::to_string(line) + ": " + expected.head + "\n";
  for (const std::string& below : expected.below) text += "    " + mark + "   " + below + "\n";
  return text;
}

}  // namespace

Case with_findings(Case test, const Diagnostics& diags, const SourceSet& sources) {
  for (Part& part : test.parts) part.expected.clear();
  for (const Diagnostic& diagnostic : diags.all()) {
    if (diagnostic.suppressed) continue;
    Expected expected;
    expected.head =
        std::string(word(diagnostic.severity)) + "[" + std::string(row(diagnostic.kind).code) + "]: " + one_line(diagnostic.message);
    Part* part = part_of(test, diagnostic, sources);
    size_t line = 0;
    if (part) {
      line = std::min<size_t>(sources.position(diagnostic.span.file, diagnostic.span.begin).line, part->lines.size());
      expected.below.push_back(underline(diagnostic, sources));
    }
    for (const std::string& help : diagnostic.help) expected.below.push_back(" help: " + one_line(help));
    (part ? part : &test.parts.front())->expected[line].push_back(std::move(expected));
  }
  return test;
}

std::string compare_findings(const Case& test, const Case& actual) {
  std::string differences;
  for (size_t i = 0; i < test.parts.size(); ++i) {
    const Part& wanted = test.parts[i];
    const Part& found = actual.parts[i];
    for (size_t line = 0; line <= wanted.lines.size(); ++line) {
      auto take = [&](const Part& part) {
        auto at = part.expected.find(line);
        return at == part.expected.end() ? std::vector<Expected>{} : at->second;
      };
      std::vector<Expected> left = take(found);
      for (const Expected& expected : take(wanted)) {
        auto at = std::find_if(left.begin(), left.end(), [&](const Expected& one) { return matches(expected, one); });
        if (at == left.end())
          differences += show("-", wanted, line, expected);
        else
          left.erase(at);
      }
      for (const Expected& extra : left) differences += show("+", wanted, line, extra);
    }
  }
  return differences;
}

}  // namespace sbx::file_tests
