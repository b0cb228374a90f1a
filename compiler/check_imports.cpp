// SPDX-License-Identifier: Apache-2.0
#include "compiler/check_imports.h"

#include <algorithm>
#include <set>
#include <string>

#include "compiler/sema/scope.h"
#include "compiler/syntax/tokens.h"

namespace sbx {
namespace {

using Decls = std::vector<ast::Decl>;

using sema::UseAt;

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

class ImportCheck {
 public:
  ImportCheck(const SourceSet& sources, const std::vector<ast::File>& files, Diagnostics& diags)
      : sources_(sources), files_(files), diags_(diags) {}

  void check(const ast::File& file) {
    const std::vector<UseAt> uses = sema::uses_of(file.decls);
    if (uses.empty()) return;
    const std::set<std::string_view> words = words_beside(file, uses);
    for (const UseAt& one : uses) {
      if (!is_needed(file, *one.use, words)) report(one);
    }
  }

 private:
  // All words of a file but those of its `use` declarations.
  std::set<std::string_view> words_beside(const ast::File& file, const std::vector<UseAt>& uses) const {
    std::set<std::string_view> words;
    Diagnostics seen_before;
    for (const syntax::Token& token : syntax::lex(sources_, file.source, seen_before).tokens) {
      const auto holds = [&](const UseAt& one) { return one.span.begin <= token.span.begin && token.span.end <= one.span.end; };
      if (token.kind == syntax::TokenKind::Word && std::ranges::none_of(uses, holds)) words.insert(sources_.text(token.span));
    }
    return words;
  }

  bool is_needed(const ast::File& file, const ast::Use& use, const std::set<std::string_view>& words) const {
    if (use.alias) return words.contains(use.alias->text);
    if (const std::string* path = sema::file_of(use)) {
      std::set<std::string> names, seen;
      add_names(sema::path_beside(sources_[file.source].path, *path), names, seen);
      return names.empty() || std::ranges::any_of(names, [&](const std::string& name) { return words.contains(name); });
    }
    return !use.module || words.contains(last_part(use.module->text()));
  }

  // What a file declares, and what it sees of others.
  void add_names(const std::string& path, std::set<std::string>& names, std::set<std::string>& seen) const {
    if (!seen.insert(path).second) return;
    for (const ast::File& file : files_) {
      if (sema::path_beside(sources_[file.source].path, last_of(sources_[file.source].path)) != path) continue;
      add_names(file.decls, names);
      for (const UseAt& one : sema::uses_of(file.decls)) {
        if (const std::string* inner = sema::file_of(*one.use)) add_names(sema::path_beside(path, *inner), names, seen);
      }
    }
  }

  static std::string last_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  static void add_names(const Decls& decls, std::set<std::string>& names) {
    for (const ast::Decl& decl : decls) {
      for (const sema::NameOf& name : sema::names_of(decl)) names.emplace(last_part(name.name));
      if (const auto* module = std::get_if<ast::ModuleDecl>(&decl.node)) names.emplace(last_part(module->name.text()));
      if (const Decls* body = sema::body_of(decl)) add_names(*body, names);
    }
  }

  void report(const UseAt& one) {
    const std::string name = sema::file_of(*one.use) ? *sema::file_of(*one.use) : one.use->module->text();
    Span line = one.span;
    const std::string& text = sources_[line.file].text;
    if (line.end < text.size() && text[line.end] == '\n') ++line.end;
    diags_.report(Kind::Unused, one.span, "nothing needs what `" + name + "` declares")
        .at_span("used here, and no name of it stands in this file")
        .help("remove the line, or use what it brings")
        .fix("remove it", {{line, ""}});
  }

  const SourceSet& sources_;
  const std::vector<ast::File>& files_;
  Diagnostics& diags_;
};

}  // namespace

void check_imports(const SourceSet& sources, const std::vector<ast::File>& files, size_t roots, Diagnostics& diags) {
  ImportCheck check(sources, files, diags);
  for (size_t i = 0; i < roots; ++i) check.check(files[i]);
}

}  // namespace sbx
