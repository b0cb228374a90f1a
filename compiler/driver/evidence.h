// SPDX-License-Identifier: Apache-2.0
// The sample of `check --evidence`: a trace as `replay` takes it (docs/cli.md#8-replay).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/analysis/grounds.h"
#include "compiler/driver/command.h"
#include "runtime/base/result.h"

namespace sbx::driver {

inline constexpr double kUsualConfidence = 0.95;

/// What a trace says; `misfits` are lines that cannot be decoded, which are left out.
struct RecordedEvidence {
  std::shared_ptr<const analysis::Evidence> evidence;
  std::vector<analysis::Misfit> misfits;
};
/// `-` is standard input. R0701 for a trace that cannot be read, R0708 for one without a request.
[[nodiscard]] Result<RecordedEvidence> read_evidence(const std::string& path, double confidence);

/// Reports the first of them, with their lines. Returns whether there are any.
bool tell_misfits(const std::vector<analysis::Misfit>& misfits, const std::string& path, const Common& common);

}  // namespace sbx::driver
