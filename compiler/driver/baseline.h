// SPDX-License-Identifier: Apache-2.0
// Findings that are known and put up with until somebody mends them (docs/cli.md#3-check): a file that `check` writes and reads.
#pragma once

#include <string>
#include <vector>

#include "compiler/pipeline.h"
#include "runtime/base/result.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::driver {

inline constexpr std::string_view kBaselineReason = "baseline";

/// What a finding is, wherever it stands.
struct KnownFinding {
  std::string name, policy;
  std::vector<std::string> rules, slots;
  std::string text;  // that it points at, with single spaces
  friend auto operator<=>(const KnownFinding&, const KnownFinding&) = default;
};

/// Sorted. An entry that stands twice is for two findings.
struct Baseline {
  std::string path;
  std::vector<KnownFinding> findings;
};

/// How a baseline was used, for reports.
struct BaselineUse {
  std::string path;
  size_t suppressed = 0;
  size_t stale = 0;  // entries that were looked for, and are not found any more
};

/// R0701 if it cannot be read, R0707 if it is no baseline.
[[nodiscard]] Result<Baseline> read_baseline(const std::string& path);
/// All findings that can be suppressed and are not.
[[nodiscard]] Baseline baseline_of(std::string path, const Diagnostics& diags, const SourceSet& sources);
[[nodiscard]] Result<bool> write_baseline(const Baseline& baseline);
/// Marks the findings that the baseline has as suppressed.
BaselineUse suppress_known(const Baseline& baseline, Checked& checked);

}  // namespace sbx::driver
