// SPDX-License-Identifier: Apache-2.0
// `check --fix`: edits are collected over all findings, then laid into each file from its end to its beginning.
#include "compiler/driver/apply_fixes.h"

#include <algorithm>
#include <map>

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"

namespace sbx::driver {
namespace {

bool meet(const Edit& a, const Edit& b) {
  if (a.span.file != b.span.file) return false;
  return a.span.begin == b.span.begin || (a.span.begin < b.span.end && b.span.begin < a.span.end);
}

bool has_place(const Edit& edit) { return edit.span.valid(); }

}  // namespace

int apply_fixes(const Checked& checked, bool dry_run, const Common& common) {
  std::vector<Edit> edits;
  size_t fixed = 0, left = 0;
  for (const Diagnostic& diagnostic : checked.diags.all()) {
    const std::vector<Edit>* wanted = diagnostic.fixes.empty() ? nullptr : &diagnostic.fixes.front().edits;
    bool possible = wanted && !wanted->empty() && std::all_of(wanted->begin(), wanted->end(), has_place);
    for (size_t i = 0; possible && i < wanted->size(); ++i) {
      possible = std::none_of(edits.begin(), edits.end(), [&](const Edit& other) { return meet(other, (*wanted)[i]); });
    }
    if (possible) edits.insert(edits.end(), wanted->begin(), wanted->end());
    possible ? ++fixed : ++left;
  }
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span > b.span; });
  std::map<FileId, std::string> texts;
  for (const Edit& edit : edits) {
    std::string& text = texts.try_emplace(edit.span.file, checked.sources[edit.span.file].text).first->second;
    text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
  }
  for (const auto& [file, text] : texts) {
    const std::string& path = checked.sources[file].path;
    if (dry_run || path == "<stdin>") {
      print(text);
      continue;
    }
    if (Result<bool> written = write_file(path, text); !written) return fail(common, written.error());
  }
  if (!common.quiet) {
    std::string summary = counted(fixed, "finding") + (dry_run ? " can be fixed, " : " fixed, ") + std::to_string(left) + " left\n";
    std::fputs(summary.c_str(), stderr);
  }
  return left > 0 ? Findings : Done;
}

}  // namespace sbx::driver
