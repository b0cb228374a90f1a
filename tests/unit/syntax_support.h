// SPDX-License-Identifier: Apache-2.0
// What the tests of the front end share: text in, tree and findings as text out.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "compiler/syntax/parse.h"
#include "compiler/syntax/print.h"

namespace sbx::test {

struct Parsed {
  SourceSet sources;
  Diagnostics diags;
  ast::File file;  // last: reading it fills the others

  explicit Parsed(std::string text) : file(syntax::parse(sources, sources.add("test.sbx", std::move(text)), diags)) { diags.sort(); }

  [[nodiscard]] std::string tree(syntax::PrintOptions options = {}) const { return syntax::print(file, options); }
  /// `E0101 2:5 message`, one a line.
  [[nodiscard]] std::string findings() const {
    std::string lines;
    for (const Diagnostic& one : diags.all()) {
      Position at = sources.position(one.span.file, one.span.begin);
      lines += std::string(row(one.kind).code) + " " + std::to_string(at.line) + ":" + std::to_string(at.column) + " " + one.message + "\n";
    }
    return lines;
  }
};

inline std::string tree_of(const std::string& text) {
  Parsed parsed(text);
  return parsed.findings() + parsed.tree();
}
inline std::string findings_of(const std::string& text) { return Parsed(text).findings(); }
/// The tree of an expression.
inline std::string expr_of(const std::string& text) {
  std::string tree = tree_of("signal x = " + text);
  return tree.starts_with("signal x = ") ? tree.substr(11, tree.size() - 12) : tree;
}

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}
/// Every .sbx file under the folders that hold policies, in a stable order.
inline std::vector<std::filesystem::path> all_policies() {
  std::vector<std::filesystem::path> found;
  for (const char* folder : {"tests", "examples", "stdlib"}) {
    std::filesystem::path root = std::filesystem::path(SBX_SOURCE_DIR) / folder;
    if (!std::filesystem::exists(root)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() == ".sbx") found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace sbx::test
