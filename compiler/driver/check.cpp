// SPDX-License-Identifier: Apache-2.0
// `signalbox check [PATH…]`: findings are its result, so they go to stdout.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "compiler/allow_comments.h"
#include "compiler/driver/check_input.h"
#include "compiler/driver/check_report.h"
#include "compiler/driver/console.h"
#include "compiler/driver/evidence.h"

namespace sbx::driver {
namespace {

/// Writes the baseline, which then counts as given. A status if it cannot be written.
std::optional<int> write_known(const CheckOptions& options, const Checked& checked, CheckInput& input, const Common& common) {
  const auto say = [&](const std::string& text) {
    if (!common.quiet) std::fputs((text + "\n").c_str(), stderr);
  };
  if (!is_sound(checked.diags)) {
    say("no baseline is written: the analysis begins where nothing is wrong in the text");
    return std::nullopt;
  }
  Diagnostics asked_for = checked.diags;
  std::erase_if(asked_for.all(), [&](const Diagnostic& finding) { return !is_asked_for(options, finding); });
  Baseline baseline = baseline_of(options.write_baseline, asked_for, checked.sources);
  if (Result<bool> written = write_baseline(baseline); !written) return fail(common, written.error());
  say(counted(baseline.findings.size(), "finding") + " written to `" + baseline.path + "`");
  input.baseline = std::move(baseline);
  return std::nullopt;
}

/// Files in which there is nothing to check. A status if one of them was asked for by name.
std::optional<int> tell_empty_files(const CheckOptions& options, const Checked& checked, const Common& common) {
  std::optional<int> status;
  for (size_t i = 0; i < checked.roots; ++i) {
    const ast::File& file = checked.files[i];
    const auto is_there = [&](const Diagnostic& one) { return one.span.valid() && one.span.file == file.source; };
    if (!file.decls.empty() || std::ranges::any_of(checked.diags.all(), is_there)) continue;
    const std::string& path = checked.sources[file.source].path;
    const std::string message = "there is no policy and no module in `" + path + "`";
    const bool is_named = path == kStandardInput || std::ranges::find(options.paths, path) != options.paths.end();
    if (is_named) {
      status = fail(common, Kind::BadUsage, message, "a policy begins with `policy NAME serves \"MODEL\"`");
    } else if (!common.quiet) {
      std::fputs(("note: " + message + "\n").c_str(), stderr);
    }
  }
  return status;
}

int check_policies(const CheckOptions& options, const Common& common) {
  Result<CheckInput> input = read_input(options, common);
  if (!input) return fail(common, input.error());
  if (input->paths.empty())
    return fail(common, Kind::CannotRead, "there is no .sbx file here", "give a file or a folder: `signalbox check policy.sbx`");
  Result<Checked> checked = look(*input, {});
  if (!checked) return fail(common, checked.error());
  if (std::optional<int> status = tell_empty_files(options, *checked, common)) return *status;
  if (options.fix) return fix_policies(options, *input, std::move(*checked), common);

  if (!options.write_baseline.empty()) {
    if (std::optional<int> failed = write_known(options, *checked, *input, common)) return *failed;
  }
  const std::optional<BaselineUse> use = select_findings(options, *input, *checked);
  print_report({*checked, input->paths, use, fail_level(options)}, options.format, common);
  const bool is_misread = tell_misfits(checked->misfits, options.evidence, common) || input->is_misread;
  return is_misread ? Misuse : check_status(options, checked->diags);
}

}  // namespace

Run add_check(CLI::App& app, Common& common) {
  auto options = std::make_shared<CheckOptions>();
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
  command->add_option("--baseline", options->baseline, "Findings that this file knows are suppressed")->option_text("FILE");
  command->add_option("--write-baseline", options->write_baseline, "Write the findings there are to this file")->option_text("FILE");
  command->add_option("--evidence", options->evidence, "A trace of recorded readings: what rests on models is measured in it")
      ->option_text("TRACE");
  command->add_option("--confidence", options->confidence, "Of the intervals that --evidence gives (default: 0.95)")->option_text("0.95");
  command->add_option("--time-budget", options->time_budget, "For the analysis; what it cannot settle is undecided (default: none)")
      ->option_text("10s");
  command->add_flag("--fix", options->fix, "Apply the fixes that findings offer, check again, and report what is left");
  command->add_flag("--dry-run", options->dry_run, "With --fix: print the fixed texts instead of writing them");
  add_common(*command, common);
  add_examples(*command, {"signalbox check policy.sbx", "signalbox check . --format json",
                          "signalbox check --fail-level warning --time-budget 10s policy.sbx"});
  return [options, &common] { return check_policies(*options, common); };
}

}  // namespace sbx::driver
