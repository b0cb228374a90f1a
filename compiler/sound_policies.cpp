// SPDX-License-Identifier: Apache-2.0
#include "compiler/sound_policies.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/allow_comments.h"
#include "compiler/sema/scope.h"
#include "compiler/source_loader.h"

namespace sbx {
namespace {

/// Names of policies, and what they serve: that two of them are alike says nothing against either.
std::set<Span> shared_names(const Checked& checked) {
  std::set<Span> spans;
  for (const sema::Policy& policy : checked.policies) spans.insert(policy.span);
  for (const ast::File& file : checked.files) {
    for (const ast::Decl& decl : file.decls) {
      const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node);
      if (policy == nullptr) continue;
      for (const ast::Expr& name : policy->serves) spans.insert(name.span);
    }
  }
  return spans;
}

/// The files with an error, and whether there is one that stands nowhere.
struct Wrong {
  std::set<FileId> files;
  bool everywhere = false;
};

Wrong wrong_files(const Checked& checked) {
  const std::set<Span> shared = shared_names(checked);
  Wrong wrong;
  for (const Diagnostic& finding : checked.diags.all()) {
    if (finding.severity != Severity::Error || can_be_allowed(row(finding.kind))) continue;
    if (finding.kind == Kind::DuplicateName && shared.contains(finding.span)) continue;
    if (finding.span.valid()) {
      wrong.files.insert(finding.span.file);
    } else {
      wrong.everywhere = true;
    }
  }
  return wrong;
}

/// What a file reads, itself included. A file of modules may be read by any.
std::set<FileId> files_read_by(FileId first, const Checked& checked, const std::map<std::string, FileId>& by_path) {
  std::set<FileId> read{first};
  std::vector<FileId> open{first};
  const auto add = [&](FileId file) {
    if (read.insert(file).second) open.push_back(file);
  };
  for (const ast::File& file : checked.files) {
    const bool has_module =
        std::ranges::any_of(file.decls, [](const ast::Decl& decl) { return std::holds_alternative<ast::ModuleDecl>(decl.node); });
    if (has_module) add(file.source);
  }
  while (!open.empty()) {
    const FileId from = open.back();
    open.pop_back();
    const auto file = std::ranges::find(checked.files, from, &ast::File::source);
    if (file == checked.files.end()) continue;
    for (const sema::UseAt& use : sema::uses_of(file->decls)) {
      const std::string* path = sema::file_of(*use.use);
      const auto found = path ? by_path.find(canonical_path(sema::path_beside(checked.sources[from].path, *path))) : by_path.end();
      if (found != by_path.end()) add(found->second);
    }
  }
  return read;
}

}  // namespace

std::vector<bool> sound_policies(const Checked& checked) {
  const Wrong wrong = wrong_files(checked);
  if (wrong.files.empty() || wrong.everywhere) return std::vector<bool>(checked.policies.size(), !wrong.everywhere);
  std::map<std::string, FileId> by_path;
  for (const ast::File& file : checked.files) by_path.emplace(canonical_path(checked.sources[file.source].path), file.source);
  std::map<FileId, bool> is_right;
  std::vector<bool> sound;
  for (const sema::Policy& policy : checked.policies) {
    const auto [entry, is_new] = is_right.try_emplace(policy.span.file, false);
    if (is_new) {
      const std::set<FileId> read = files_read_by(policy.span.file, checked, by_path);
      entry->second = std::ranges::none_of(read, [&](FileId file) { return wrong.files.contains(file); });
    }
    sound.push_back(entry->second);
  }
  return sound;
}

}  // namespace sbx
