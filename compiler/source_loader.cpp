// SPDX-License-Identifier: Apache-2.0
#include "compiler/source_loader.h"

#include <filesystem>
#include <map>

#include "compiler/syntax/parse.h"
#include "runtime/source/read_file.h"

namespace sbx {
namespace {

constexpr size_t kLargestPolicy = size_t{64} << 20;  // the parser says E0401 of less

/// A `use "…"` of a file, and the folder it is relative to.
struct UsedFile {
  std::string path;
  Span span;
};

void collect_uses(const std::vector<ast::Decl>& decls, const std::string& folder, std::vector<UsedFile>& uses) {
  for (const ast::Decl& decl : decls) {
    if (const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node)) collect_uses(policy->body, folder, uses);
    if (const auto* module = std::get_if<ast::ModuleDecl>(&decl.node)) collect_uses(module->body, folder, uses);
    const auto* use = std::get_if<ast::Use>(&decl.node);
    if (!use || !use->file) continue;
    const auto* name = std::get_if<ast::String>(&use->file->node);
    if (!name) continue;
    std::filesystem::path path(name->value);
    uses.push_back({path.is_absolute() ? path.string() : (std::filesystem::path(folder) / path).lexically_normal().string(), use->file->span});
  }
}

class Loader {
 public:
  explicit Loader(SourceSet& sources) : sources_(sources) {}

  void add(const std::string& path, std::string text) {
    FileId file = sources_.add(path, std::move(text));
    loaded_.files.push_back(syntax::parse(sources_, file, loaded_.diags));
    seen_.emplace(key(path), true);
  }

  void follow_uses() {
    loaded_.roots = loaded_.files.size();
    for (size_t next = 0; next < loaded_.files.size(); ++next) {
      std::string folder = std::filesystem::path(sources_[loaded_.files[next].source].path).parent_path().string();
      std::vector<UsedFile> uses;
      collect_uses(loaded_.files[next].decls, folder, uses);
      for (const UsedFile& use : uses) {
        if (seen_.contains(key(use.path))) continue;
        Result<std::string> text = read_file(use.path, kLargestPolicy);
        if (text) {
          add(use.path, std::move(*text));
        } else {
          loaded_.diags.report(Kind::UnreadableUse, use.span, text.error().message).help("the path is relative to the file that says `use`");
          seen_.emplace(key(use.path), true);
        }
      }
    }
  }

  [[nodiscard]] bool has(const std::string& path) const { return seen_.contains(key(path)); }
  LoadedFiles take() { return std::move(loaded_); }

 private:
  static std::string key(const std::string& path) {
    std::error_code ignored;
    std::filesystem::path whole = std::filesystem::weakly_canonical(path, ignored);
    return ignored ? path : whole.string();
  }

  SourceSet& sources_;
  LoadedFiles loaded_;
  std::map<std::string, bool> seen_;
};

}  // namespace

Result<LoadedFiles> load_files(const std::vector<std::string>& paths, SourceSet& sources) {
  Loader loader(sources);
  for (const std::string& path : paths) {
    if (loader.has(path)) continue;
    Result<std::string> text = read_file(path, kLargestPolicy);
    if (!text) return text.error();
    loader.add(path, std::move(*text));
  }
  loader.follow_uses();
  return loader.take();
}

LoadedFiles load_text(std::string path, std::string text, SourceSet& sources) {
  Loader loader(sources);
  loader.add(path, std::move(text));
  loader.follow_uses();
  return loader.take();
}

}  // namespace sbx
