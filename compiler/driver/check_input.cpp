// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/check_input.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "compiler/allow_comments.h"
#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/evidence.h"
#include "compiler/driver/files.h"

namespace sbx::driver {
namespace {

bool names(const std::vector<std::string>& only, const KindRow& kind) {
  return std::ranges::any_of(only, [&](const std::string& name) { return name == kind.name || name == kind.code; });
}

bool is_about_text(const KindRow& kind) { return kind.name == "syntax" || kind.name == "limit"; }

/// What is asked for, and what kept it from being looked for: nothing is found in a text that means nothing, and what is not settled may be
/// what was asked for.
bool is_shown(const CheckOptions& options, const Diagnostic& finding) {
  const KindRow& kind = row(finding.kind);
  if (is_asked_for(options, finding)) return true;
  const bool is_obstacle = finding.kind == Kind::Unsettled || (finding.severity == Severity::Error && !can_be_allowed(kind));
  if (!is_obstacle) return false;
  if (is_about_text(kind)) return true;
  return std::ranges::any_of(all_kinds(), [&](const KindRow& other) { return can_be_allowed(other) && names(options.only, other); });
}

/// Whether what is asked for can only be found over all requests.
bool needs_analysis(const std::vector<std::string>& only) {
  return only.empty() || std::ranges::any_of(all_kinds(), [&](const KindRow& kind) {
           return names(only, kind) && (can_be_allowed(kind) || kind.kind == Kind::Unsettled);
         });
}

/// What options say that cannot go together.
std::string clash(const CheckOptions& options) {
  if (options.dry_run && !options.fix) return "`--dry-run` goes with `--fix`";
  if (options.confidence && options.evidence.empty()) return "`--confidence` goes with `--evidence`";
  if (options.confidence && !(*options.confidence > 0 && *options.confidence < 1))
    return "`--confidence` lies between 0 and 1: write `0.95`";
  if (options.write_baseline.empty()) return {};
  if (options.fix) return "`--write-baseline` and `--fix` are two steps: fix first, then write what is left";
  if (!options.time_budget.empty()) return "`--write-baseline` needs the whole analysis: leave out `--time-budget`";
  if (!options.baseline.empty()) return "`--write-baseline` writes a whole baseline: `--baseline` has nothing to add";
  return options.write_baseline == "-" ? "`--write-baseline` needs a file: findings go to standard output" : "";
}

struct FoundPaths {
  std::vector<std::string> paths;
  std::vector<Error> unreadable;
};

/// One that cannot be read hides nothing of the others; an Error if there are none.
Result<FoundPaths> find_paths(const std::vector<std::string>& asked) {
  FoundPaths found;
  for (const std::string& path : asked) {
    const Result<std::vector<std::string>> below = find_policies({path});
    if (!below) found.unreadable.push_back(below.error());
    for (const std::string& file : below ? *below : std::vector<std::string>()) {
      std::error_code ignored;  // what is read but once, as a pipe, is not tried
      const Result<std::string> text = std::filesystem::is_regular_file(file, ignored) ? read_file(file) : Result<std::string>("");
      if (text) {
        found.paths.push_back(file);
      } else {
        found.unreadable.push_back(text.error());
      }
    }
  }
  if (found.paths.empty() && !found.unreadable.empty()) return found.unreadable.front();
  return found;
}

}  // namespace

Result<CheckInput> read_input(const CheckOptions& options, const Common& common) {
  const auto misuse = [](std::string message) { return Error{"R0703", std::move(message)}; };
  if (std::string text = clash(options); !text.empty()) return misuse(std::move(text));
  CheckInput input;
  Result<FoundPaths> found = find_paths(options.paths.empty() ? std::vector<std::string>{"."} : options.paths);
  if (!found) return found.error();
  input.paths = std::move(found->paths);
  for (const Error& one : found->unreadable) input.is_misread = fail(common, one) != Done;
  const bool from_stdin = std::ranges::find(input.paths, "-") != input.paths.end();
  if (from_stdin && input.paths.size() > 1) return misuse("`-` stands alone: standard input cannot be checked together with files");
  if (from_stdin && options.baseline == "-") return misuse("policy and baseline cannot both be standard input");
  if (options.evidence == "-" && (from_stdin || options.baseline == "-")) return misuse("the evidence cannot be standard input as well");
  Result<std::string> stdlib = find_stdlib(common);
  if (!stdlib) return stdlib.error();
  input.compile.stdlib = *stdlib;
  input.compile.analyze = needs_analysis(options.only);
  if (!options.time_budget.empty()) {
    const std::optional<int64_t> micros = duration_us(options.time_budget);
    if (!micros) return misuse("`--time-budget " + options.time_budget + "` is no duration; write `10s`");
    input.compile.time_budget = std::chrono::milliseconds(*micros / 1000);
  }
  if (!options.evidence.empty()) {
    const Result<RecordedEvidence> evidence = read_evidence(options.evidence, options.confidence.value_or(kUsualConfidence));
    if (!evidence) return evidence.error();
    input.is_misread = tell_misfits(evidence->misfits, options.evidence, common);
    input.compile.evidence = evidence->evidence;
  }
  if (!options.baseline.empty()) {
    Result<Baseline> baseline = read_baseline(options.baseline);
    if (!baseline) return baseline.error();
    input.baseline = std::move(*baseline);
  }
  if (!from_stdin) return input;
  Result<std::string> text = read_file("-");
  if (!text) return text.error();
  input.text = std::move(*text);
  return input;
}

Result<Checked> look(const CheckInput& input, const Texts& texts) {
  CompileOptions compile = input.compile;
  compile.texts = texts;
  if (!input.text) return check(input.paths, compile);
  const auto fixed = texts.find(kStandardInput);
  return check_text(kStandardInput, fixed != texts.end() ? fixed->second : *input.text, compile);
}

std::optional<BaselineUse> select_findings(const CheckOptions& options, const CheckInput& input, Checked& checked) {
  std::optional<BaselineUse> use;
  if (input.baseline) use = suppress_known(*input.baseline, checked);
  std::erase_if(checked.diags.all(), [&](const Diagnostic& finding) { return !is_shown(options, finding); });
  return use;
}

bool is_asked_for(const CheckOptions& options, const Diagnostic& finding) {
  return options.only.empty() || names(options.only, row(finding.kind));
}

Severity fail_level(const CheckOptions& options) {
  return options.fail_level == "error" ? Severity::Error : options.fail_level == "warning" ? Severity::Warning : Severity::Note;
}

int check_status(const CheckOptions& options, const Diagnostics& diags) {
  const auto fails = [&](Severity severity) { return severity <= fail_level(options) && diags.count(severity) > 0; };
  return std::ranges::any_of(std::array{Severity::Error, Severity::Warning, Severity::Note}, fails) ? Findings : Done;
}

}  // namespace sbx::driver
