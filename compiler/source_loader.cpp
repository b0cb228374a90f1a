// SPDX-License-Identifier: Apache-2.0
#include "compiler/source_loader.h"

#include <filesystem>
#include <map>

#include "compiler/sema/scope.h"
#include "compiler/syntax/parse.h"
#include "runtime/source/read_file.h"

namespace sbx {
namespace {

constexpr size_t kLargestPolicy = size_t{64} << 20;  // the parser says E0401 of less

using Texts = std::map<std::string, std::string>;

class Loader {
 public:
  Loader(SourceSet& sources, const Texts& texts) : sources_(sources) {
    for (const auto& [path, text] : texts) texts_.emplace(canonical_path(path), &text);
  }

  void add(const std::string& path, std::string text) {
    FileId file = sources_.add(path, std::move(text));
    loaded_.files.push_back(syntax::parse(sources_, file, loaded_.diags));
    seen_.emplace(canonical_path(path), true);
  }

  void follow_uses() {
    loaded_.roots = loaded_.files.size();
    for (size_t next = 0; next < loaded_.files.size(); ++next) {
      const std::string from = sources_[loaded_.files[next].source].path;
      for (const sema::UseAt& one : sema::uses_of(loaded_.files[next].decls)) {
        const std::string* file = sema::file_of(*one.use);
        if (file == nullptr) continue;
        const std::string path = sema::path_beside(from, *file);
        if (seen_.contains(canonical_path(path))) continue;
        Result<std::string> text = read(path);
        if (text) {
          add(path, std::move(*text));
        } else {
          loaded_.diags.report(Kind::UnreadableUse, one.use->file->span, text.error().message)
              .help("the path is relative to the file that says `use`");
          seen_.emplace(canonical_path(path), true);
        }
      }
    }
  }

  [[nodiscard]] Result<std::string> read(const std::string& path) const {
    const auto text = texts_.find(canonical_path(path));
    return text != texts_.end() ? Result<std::string>(*text->second) : read_file(path, kLargestPolicy);
  }

  [[nodiscard]] bool has(const std::string& path) const { return seen_.contains(canonical_path(path)); }
  LoadedFiles take() { return std::move(loaded_); }

 private:
  SourceSet& sources_;
  std::map<std::string, const std::string*> texts_;  // by canonical path
  LoadedFiles loaded_;
  std::map<std::string, bool> seen_;
};

}  // namespace

std::string canonical_path(const std::string& path) {
  std::error_code failed;
  std::filesystem::path whole = std::filesystem::weakly_canonical(path, failed);
  return failed ? path : whole.string();
}

Result<LoadedFiles> load_files(const std::vector<std::string>& paths, SourceSet& sources, const Texts& texts) {
  Loader loader(sources, texts);
  for (const std::string& path : paths) {
    if (loader.has(path)) continue;
    Result<std::string> text = loader.read(path);
    if (!text) return text.error();
    loader.add(path, std::move(*text));
  }
  loader.follow_uses();
  return loader.take();
}

LoadedFiles load_text(std::string path, std::string text, SourceSet& sources, const Texts& texts) {
  Loader loader(sources, texts);
  loader.add(path, std::move(text));
  loader.follow_uses();
  return loader.take();
}

}  // namespace sbx
