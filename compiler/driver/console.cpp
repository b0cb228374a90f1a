// SPDX-License-Identifier: Apache-2.0
// Colour, streams and the shape of failures.
#include "compiler/driver/console.h"

#include <unistd.h>

#include <cstdlib>

#include "compiler/driver/brief_request.h"
#include "runtime/diag/render.h"

namespace sbx::driver {

bool is_colored(const Common& common, std::FILE* stream) {
  if (common.color == "always") return true;
  if (common.color == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color && *no_color) return false;
  return isatty(fileno(stream)) == 1;
}

void print_findings(const Diagnostics& diags, const SourceSet& sources, const Common& common, std::FILE* stream, Severity least) {
  RenderOptions options{.color = is_colored(common, stream)};
  for (const Diagnostic& diagnostic : diags.all()) {
    if (diagnostic.severity > least || diagnostic.suppressed) continue;
    std::string text = render(with_brief_request(diagnostic), sources, options) + "\n";
    std::fwrite(text.data(), 1, text.size(), stream);
  }
}

int fail(const Common& common, Kind kind, std::string message, std::string help) {
  Diagnostics diags;
  DiagnosticBuilder builder = diags.report(kind, {}, std::move(message));
  if (!help.empty()) builder.help(std::move(help));
  std::string text = render(diags.all().front(), {}, {.color = is_colored(common, stderr)});
  std::fwrite(text.data(), 1, text.size(), stderr);
  return Misuse;
}

int fail(const Common& common, const Error& error) {
  for (const KindRow& row : all_kinds()) {
    if (row.code == error.code) return fail(common, row.kind, error.message);
  }
  SBX_CHECK(false, "the code of an error is a row of kinds.def");
  return Bug;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string counted(size_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

}  // namespace sbx::driver
