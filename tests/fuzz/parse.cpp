// SPDX-License-Identifier: Apache-2.0
// Any bytes parse to a tree and findings; a text that formats keeps its meaning and formats to itself.
#include "compiler/syntax/parse.h"

#include "compiler/format/format.h"
#include "compiler/syntax/print.h"
#include "runtime/base/check.h"
#include "runtime/diag/render.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbx;
  SourceSet sources;
  Diagnostics diags;
  FileId file = sources.add("fuzz.sbx", std::string(reinterpret_cast<const char*>(data), size));
  ast::File tree = syntax::parse(sources, file, diags);
  for (const Diagnostic& diagnostic : diags.all()) static_cast<void>(render(diagnostic, sources));
  static_cast<void>(syntax::print(tree, {.spans = true}));
  bool broken = syntax::print(tree).find("<invalid>") != std::string::npos;
  SBX_CHECK(!broken || diags.has_errors() || sources[file].text.find("<invalid>") != std::string::npos, "nothing is broken in silence");

  Diagnostics format_diags;
  Result<std::string> once = format::format(sources, file, format_diags);
  SBX_CHECK(once.ok() == !diags.has_errors(), "a file without syntax errors can be formatted");
  if (!once) return 0;
  FileId formatted = sources.add("formatted.sbx", *once);
  Diagnostics again_diags;
  Result<std::string> twice = format::format(sources, formatted, again_diags);
  SBX_CHECK(twice.ok() && *twice == *once, "formatting twice is formatting once");
  return 0;
}
