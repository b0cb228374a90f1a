// SPDX-License-Identifier: Apache-2.0
// Everything but `//>` and `//=` lines is kept byte for byte.
#include "tests/file_tests/case.h"

#include <filesystem>
#include <sstream>

namespace sbx::file_tests {
namespace {

bool starts_with(const std::string& text, const std::string& prefix) { return text.rfind(prefix, 0) == 0; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// A head begins a group; anything else belongs to the head above it.
bool is_head(const std::string& after_mark) {
  return starts_with(after_mark, " error[") || starts_with(after_mark, " warning[") || starts_with(after_mark, " note[");
}

}  // namespace

std::string Part::text() const {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

Case read_case(const std::string& path, const std::string& text) {
  Case test;
  test.path = path;
  test.name = std::filesystem::path(path).filename().string();
  test.stage = std::filesystem::path(path).parent_path().filename().string();
  test.parts.push_back({test.name, {}, {}});
  test.final_newline = text.empty() || text.back() == '\n';

  std::vector<std::string> lines = lines_of(text);
  if (lines.empty() || !starts_with(lines[0], "// tests: ")) {
    test.problem = "the first line must be `// tests: CODE-or-construct …`";
    return test;
  }
  test.about = words_of(lines[0].substr(10));
  for (const std::string& line : lines) {
    Part& part = test.parts.back();
    if (starts_with(line, "//=")) {
      test.has_output = true;
      test.output.push_back(line.size() > 4 ? line.substr(4) : "");
    } else if (starts_with(line, "//>")) {
      std::string rest = line.substr(3);
      auto& groups = part.expected[part.lines.size()];
      if (is_head(rest)) {
        groups.push_back({rest.substr(1), {}});
      } else if (groups.empty()) {
        test.problem = "a `//>` group must begin with `error[CODE]: …`, `warning[CODE]: …` or `note[CODE]: …`";
      } else {
        groups.back().below.push_back(rest);
      }
    } else if (starts_with(line, "// --- ")) {
      test.parts.push_back({line.substr(7), {}, {}});
    } else {
      if (starts_with(line, "// run: ")) test.runs.push_back(line.substr(8));
      if (starts_with(line, "// after: ")) test.dump_stage = line.substr(10);
      part.lines.push_back(line);
    }
  }
  return test;
}

std::string write_case(const Case& test) {
  std::string text;
  auto expectations = [&](const Part& part, size_t line) {
    auto at = part.expected.find(line);
    if (at == part.expected.end()) return;
    for (const Expected& expected : at->second) {
      text += "//> " + expected.head + "\n";
      for (const std::string& below : expected.below) text += "//>" + below + "\n";
    }
  };
  for (const Part& part : test.parts) {
    bool first = &part == &test.parts.front();
    if (!first) text += "// --- " + part.name + "\n";
    if (!first) expectations(part, 0);
    for (size_t i = 0; i < part.lines.size(); ++i) {
      text += part.lines[i] + "\n";
      if (first && i == 0) expectations(part, 0);  // the first line stays the first
      expectations(part, i + 1);
    }
  }
  for (const std::string& line : test.output) text += line.empty() ? "//=\n" : "//= " + line + "\n";
  return text;
}

}  // namespace sbx::file_tests
