// SPDX-License-Identifier: Apache-2.0
// `signalbox lsp`: a language server on standard input and output.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdlib>

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/lsp/serve.h"

namespace sbx::driver {
namespace {

size_t read_some(char* into, size_t size) {
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, into, size);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return 0;
  }
}

int serve_editor(const Common& common) {
  Result<std::string> stdlib = find_stdlib(common);
  if (!stdlib) return fail(common, stdlib.error());
  Result<std::string> pages = find_error_pages();
  const lsp::Settings settings{*stdlib, pages ? *pages : "", SBX_VERSION};
  Result<int> status = lsp::serve(settings, read_some, [](std::string_view bytes) { return write_file("-", bytes).ok(); });
  if (!status) return fail(common, status.error());
  std::_Exit(*status);  // an analysis may still run, and nothing is left to write
}

}  // namespace

Run add_lsp(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("lsp", "Serve an editor: a language server on standard input and output");
  auto stdio = std::make_shared<bool>(false);
  command->add_flag("--stdio", *stdio, "Taken because editors give it; there is no other way to speak");
  add_common(*command, common);
  return [stdio, &common] { return serve_editor(common); };
}

}  // namespace sbx::driver
