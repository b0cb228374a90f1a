// SPDX-License-Identifier: Apache-2.0
// What stdlib/ declares and what is built in are the same set, so that the compiler's view and the runtime's cannot part.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "compiler/syntax/parse.h"
#include "runtime/diag/render.h"
#include "tests/unit/signals_rig.h"

using namespace sbx;

namespace {

std::set<std::string> declared(const std::vector<ast::Decl>& decls, const std::string& prefix) {
  std::set<std::string> names;
  for (const ast::Decl& decl : decls) {
    const auto* one = std::get_if<ast::ExternDecl>(&decl.node);
    if (one && (one->kind.text == "signal" || one->kind.text == "input")) {
      CHECK_MESSAGE(names.insert(prefix + one->name.text()).second, "declared twice: " << one->name.text());
      CHECK_MESSAGE(!one->doc.empty(), "has no documentation: " << one->name.text());
    }
    const auto* module = std::get_if<ast::ModuleDecl>(&decl.node);
    if (module) names.merge(declared(module->body, module->name.parts.back().text + "."));
  }
  return names;
}

}  // namespace

TEST_CASE("stdlib/ and builtin.cpp are the same set") {
  std::set<std::string> in_stdlib, in_runtime;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SBX_SOURCE_DIR "/stdlib")) {
    if (entry.path().extension() != ".sbx") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    SourceSet sources;
    Diagnostics diags;
    ast::File tree =
        syntax::parse(sources, sources.add(entry.path().string(), std::string(std::istreambuf_iterator<char>(file), {})), diags);
    for (const Diagnostic& diagnostic : diags.all()) FAIL_CHECK(render(diagnostic, sources));
    in_stdlib.merge(declared(tree.decls, ""));
  }
  for (const signals::SignalKind& kind : signals::builtin_kinds()) CHECK(in_runtime.insert(std::string(kind.name)).second);
  CHECK(in_stdlib.size() > 40);
  for (const std::string& name : in_stdlib) CHECK_MESSAGE(in_runtime.contains(name), "declared, not built in: " << name);
  for (const std::string& name : in_runtime) CHECK_MESSAGE(in_stdlib.contains(name), "built in, not declared: " << name);
}
