// SPDX-License-Identifier: Apache-2.0
// What `check` is asked to do, and how it looks at policies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/baseline.h"
#include "compiler/driver/command.h"
#include "compiler/driver/fix.h"
#include "compiler/pipeline.h"

namespace sbx::driver {

inline const std::string kStandardInput = "<stdin>";

struct CheckOptions {
  std::vector<std::string> paths;
  std::string format;
  std::string fail_level = "error";
  std::vector<std::string> only;
  std::string baseline, write_baseline, time_budget;
  std::string evidence;
  std::optional<double> confidence;
  bool fix = false;
  bool dry_run = false;
};

/// Everything that is read before work begins.
struct CheckInput {
  std::vector<std::string> paths;
  std::optional<std::string> text;  // of standard input
  CompileOptions compile;
  std::optional<Baseline> baseline;
  bool is_misread = false;  // something was asked for that could not be read, which was said
};
[[nodiscard]] Result<CheckInput> read_input(const CheckOptions& options, const Common& common);

/// One look at the policies, with `texts` in place of the files of their paths.
[[nodiscard]] Result<Checked> look(const CheckInput& input, const Texts& texts);

/// Whether --only names the finding, or there is none.
[[nodiscard]] bool is_asked_for(const CheckOptions& options, const Diagnostic& finding);
/// Takes the baseline into account, then leaves out what is not asked for; what kept that from being looked for, or settled, stays.
std::optional<BaselineUse> select_findings(const CheckOptions& options, const CheckInput& input, Checked& checked);

[[nodiscard]] Severity fail_level(const CheckOptions& options);
/// 1 if something at or above --fail-level is left.
[[nodiscard]] int check_status(const CheckOptions& options, const Diagnostics& diags);

/// `check --fix`: the exit status.
[[nodiscard]] int fix_policies(const CheckOptions& options, const CheckInput& input, Checked checked, const Common& common);

}  // namespace sbx::driver
