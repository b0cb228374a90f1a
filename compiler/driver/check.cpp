// SPDX-License-Identifier: Apache-2.0
// `signalbox check [PATH…]`: findings are its result, so they go to stdout.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "compiler/driver/apply_fixes.h"
#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/findings_json.h"

namespace sbx::driver {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string format;
  std::string fail_level = "error";
  std::vector<std::string> only;
  bool fix = false;
  bool dry_run = false;
};

/// Findings of the kinds named by --only (all, when it is not given).
Diagnostics filtered(const Diagnostics& diags, const std::vector<std::string>& only) {
  Diagnostics kept;
  for (const Proved& proved : diags.proved()) kept.prove(proved);
  for (const Diagnostic& diagnostic : diags.all()) {
    const KindRow& kind = row(diagnostic.kind);
    bool wanted = only.empty() ||
                  std::any_of(only.begin(), only.end(), [&](const std::string& name) { return name == kind.name || name == kind.code; });
    if (wanted) kept.add(diagnostic);
  }
  return kept;
}

void print_text(const Checked& checked, const Common& common) {
  print_findings(checked.diags, checked.sources, common, stdout);
  if (common.quiet) return;
  std::string found;
  for (auto [severity, word] :
       {std::pair(Severity::Error, "error"), std::pair(Severity::Warning, "warning"), std::pair(Severity::Note, "note")}) {
    size_t count = checked.diags.count(severity);
    if (count > 0) found += (found.empty() ? "" : ", ") + counted(count, word);
  }
  std::string what = counted(checked.policies.size(), "polic");
  what.replace(what.rfind("polic"), std::string::npos, checked.policies.size() == 1 ? "policy" : "policies");
  const size_t proved = checked.diags.proved().size();
  const std::string promises = proved == 0 ? "" : "; " + counted(proved, "requirement") + " proved";
  print(what + ": " + (found.empty() ? "no findings" : found) + promises + "\n");
}

int status(const Diagnostics& diags, const std::string& fail_level) {
  size_t count = diags.count(Severity::Error);
  if (fail_level != "error") count += diags.count(Severity::Warning);
  if (fail_level == "note") count += diags.count(Severity::Note);
  return count > 0 ? Findings : Done;
}

int check_policies(const Options& options, const Common& common) {
  Result<std::vector<std::string>> paths = find_policies(options.paths.empty() ? std::vector<std::string>{"."} : options.paths);
  if (!paths) return fail(common, paths.error());
  if (paths->empty())
    return fail(common, Kind::CannotRead, "there is no .sbx file here", "give a file or a folder: `signalbox check policy.sbx`");
  Result<std::string> stdlib = find_stdlib(common);
  if (!stdlib) return fail(common, stdlib.error());
  CompileOptions compile{.stdlib = *stdlib};
  bool from_stdin = paths->size() == 1 && paths->front() == "-";
  if (!from_stdin && std::find(paths->begin(), paths->end(), "-") != paths->end()) {
    return fail(common, Kind::BadUsage, "`-` stands alone: standard input cannot be checked together with files");
  }
  Result<std::string> text = from_stdin ? read_file("-") : Result<std::string>(std::string());
  if (!text) return fail(common, text.error());
  Result<Checked> checked = from_stdin ? check_text("<stdin>", *text, compile) : check(*paths, compile);
  if (!checked) return fail(common, checked.error());
  checked->diags.sort();
  checked->diags = filtered(checked->diags, options.only);
  if (options.fix) return apply_fixes(*checked, options.dry_run, common);

  if (options.format == "json")
    print(dump(check_json(*checked)));
  else if (options.format == "sarif")
    print(dump(sarif_json(*checked)));
  else if (options.format == "github")
    print(github_text(*checked));
  else if (options.format == "junit")
    print(junit_text(*checked, *paths));
  else
    print_text(*checked, common);
  return status(checked->diags, options.fail_level);
}

}  // namespace

Run add_check(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("check", "Check policies and say what is wrong with them");
  command->add_option("PATH", options->paths, "Files or folders (default: this folder); - is standard input");
  add_format(*command, options->format, {"text", "json", "sarif", "github", "junit"});
  command->add_option("--fail-level", options->fail_level, "The least severity that gives exit status 1: error, warning, note")
      ->check([](const std::string& word) {
        bool known = word == "error" || word == "warning" || word == "note";
        return known ? std::string() : "`" + word + "` is none of error, warning, note";
      })
      ->option_text("LEVEL");
  command->add_option("--only", options->only, "Only findings of these names or codes")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check([](const std::string& name) {
        bool known = std::ranges::any_of(all_kinds(), [&](const KindRow& kind) { return name == kind.name || name == kind.code; });
        return known ? std::string() : "`" + name + "` is no finding's name or code; see `signalbox explain`";
      })
      ->option_text("NAME,...");
  command->add_flag("--fix", options->fix, "Apply the fixes that findings offer");
  command->add_flag("--dry-run", options->dry_run, "With --fix: print the fixed files instead of writing them");
  add_common(*command, common);
  add_examples(*command,
               {"signalbox check policy.sbx", "signalbox check . --format json", "signalbox check --fail-level warning policy.sbx"});
  return [options, &common] { return check_policies(*options, common); };
}

}  // namespace sbx::driver
