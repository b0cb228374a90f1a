// SPDX-License-Identifier: Apache-2.0
// A file test taken apart: what it is about, its files without the expectations, and the expectations. docs/guides/tests.md has the form.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace sbx::file_tests {

/// One `//>` group: a finding's head, and what may be said of it below: the underline with its label, help.
struct Expected {
  std::string head;                // "error[E0201]: unknown signal `x`"
  std::vector<std::string> below;  // lines as written after `//>`
};

/// One file of a test: its text without `//>` lines, and the expectations by the line (from 1) they stand below. Line 0: no place.
struct Part {
  std::string name;
  std::vector<std::string> lines;
  std::map<size_t, std::vector<Expected>> expected;
  [[nodiscard]] std::string text() const;
};

struct Case {
  std::string path;
  std::string name;                 // file name without folders
  std::string stage;                // the folder's name
  std::vector<std::string> about;   // the words of the first line
  std::vector<std::string> runs;    // `// run: COMMAND` lines, of tests in cli/
  std::string dump_stage;           // `// after: STAGE`, of tests in dump/
  std::vector<Part> parts;          // the first is the file itself, the others follow `// --- name` lines
  std::vector<std::string> output;  // the `//=` block, without its marks
  bool has_output = false;
  bool final_newline = true;
  std::string problem;  // why the file is not a test
  [[nodiscard]] bool must_fail() const { return name.rfind("fail_", 0) == 0; }
};

/// Takes a test apart; `problem` says if it cannot be.
[[nodiscard]] Case read_case(const std::string& path, const std::string& text);

/// The file again, with these expectations in place of its own.
[[nodiscard]] std::string write_case(const Case& test);

}  // namespace sbx::file_tests
