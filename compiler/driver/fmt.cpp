// SPDX-License-Identifier: Apache-2.0
// `signalbox fmt PATH…`: files are rewritten in place; a file that does not parse is left untouched.
#include <CLI/CLI.hpp>

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/format/format.h"

namespace sbx::driver {
namespace {

struct Options {
  std::vector<std::string> paths;
  bool check = false;
  bool from_stdin = false;
};

enum class Verdict { Same, Changed, Broken, Failed };  // broken: it does not parse

/// Formats one text; findings and failures go to stderr.
Verdict format_text(const std::string& path, std::string text, const Common& common, std::string& formatted) {
  SourceSet sources;
  Diagnostics diags;
  FileId file = sources.add(path, std::move(text));
  Result<std::string> result = format::format(sources, file, diags);
  if (!result) {
    diags.sort();
    print_findings(diags, sources, common, stderr);
    if (diags.has_errors()) return Verdict::Broken;
    fail(common, result.error());
    return Verdict::Failed;
  }
  formatted = std::move(*result);
  return formatted == sources[file].text ? Verdict::Same : Verdict::Changed;
}

int status_of(Verdict verdict, const Options& options) {
  switch (verdict) {
    case Verdict::Same:
      return Done;
    case Verdict::Changed:
      return options.check ? Findings : Done;
    case Verdict::Broken:
      return Findings;
    case Verdict::Failed:
      return Misuse;
  }
  return Misuse;
}

int format_stdin(const Options& options, const Common& common) {
  Result<std::string> text = read_file("-");
  if (!text) return fail(common, text.error());
  std::string formatted;
  Verdict verdict = format_text("<stdin>", std::move(*text), common, formatted);
  if (verdict == Verdict::Same || verdict == Verdict::Changed) {
    if (!options.check) print(formatted);
    if (options.check && verdict == Verdict::Changed && !common.quiet) print("would change <stdin>\n");
  }
  return status_of(verdict, options);
}

int format_files(const Options& options, const Common& common) {
  bool from_stdin = options.from_stdin || (options.paths.size() == 1 && options.paths.front() == "-");
  if (options.from_stdin && !options.paths.empty()) return fail(common, Kind::BadUsage, "`--stdin` takes no paths");
  if (from_stdin) return format_stdin(options, common);
  if (options.paths.empty()) return fail(common, Kind::BadUsage, "`PATH` is missing", "`signalbox fmt .` formats this folder");
  Result<std::vector<std::string>> paths = find_policies(options.paths);
  if (!paths) return fail(common, paths.error());
  int status = Done;
  for (const std::string& path : *paths) {
    Result<std::string> text = read_file(path);
    if (!text) {
      status = fail(common, text.error());
      continue;
    }
    std::string formatted;
    Verdict verdict = format_text(path, std::move(*text), common, formatted);
    status = std::max(status, status_of(verdict, options));
    if (verdict != Verdict::Changed) continue;
    if (!common.quiet) print((options.check ? "would change " : "formatted ") + path + "\n");
    if (options.check) continue;
    if (Result<bool> written = write_file(path, formatted); !written) status = fail(common, written.error());
  }
  return status;
}

}  // namespace

Run add_fmt(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("fmt", "Format policies; comments stay, the meaning stays");
  command->add_option("PATH", options->paths, "Files or folders");
  command->add_flag("--check", options->check, "Change nothing; exit status 1 if a file would change");
  command->add_flag("--stdin", options->from_stdin, "Format standard input to standard output");
  add_common(*command, common);
  add_examples(*command, {"signalbox fmt .", "signalbox fmt --check policy.sbx", "signalbox fmt --stdin < policy.sbx"});
  return [options, &common] { return format_files(*options, common); };
}

}  // namespace sbx::driver
