// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/library.h"

#include <filesystem>

#include "compiler/syntax/parse.h"
#include "runtime/source/read_file.h"

namespace sbx::lsp {
namespace {

void add_places(const std::vector<ast::Decl>& decls, const std::string& prefix, Library& library) {
  for (const ast::Decl& decl : decls) {
    if (const auto* one = std::get_if<ast::ExternDecl>(&decl.node)) {
      const std::string key = one->kind.text + " " + prefix + one->name.text();
      const Span name = one->name.span;
      const uint32_t end = one->type ? one->type->span.end : one->attributes.empty() ? decl.span.end : name.end;
      library.places.emplace(key, name);
      library.signatures.emplace(key, prefix + std::string(library.sources.text({name.file, name.begin, end})));
    }
    const auto* module = std::get_if<ast::ModuleDecl>(&decl.node);
    if (!module || module->name.parts.empty()) continue;
    library.modules.insert(module->name.text());
    add_places(module->body, module->name.parts.back().text + ".", library);
  }
}

}  // namespace

Span Library::place(const sema::Extern& declaration) const {
  auto found = places.find(declaration.kind + " " + declaration.name);
  return found == places.end() ? Span{} : found->second;
}

Result<std::unique_ptr<Library>> load_library(const std::string& folder) {
  Result<sema::Catalog> catalog = sema::load_catalog(folder);
  if (!catalog) return catalog.error();
  auto library = std::make_unique<Library>();
  library->folder = folder;
  library->catalog = std::move(*catalog);
  Diagnostics diags;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() != ".sbx") continue;
    Result<std::string> text = read_file(it->path().string());
    if (!text) return text.error();
    ast::File tree = syntax::parse(library->sources, library->sources.add(it->path().string(), std::move(*text)), diags);
    add_places(tree.decls, "", *library);
  }
  return library;
}

}  // namespace sbx::lsp
