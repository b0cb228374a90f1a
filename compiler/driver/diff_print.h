// SPDX-License-Identifier: Apache-2.0
// What a `diff` found: for people, and as the document of docs/cli.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diff/declared_changes.h"
#include "compiler/driver/diff_trace.h"

namespace sbx::driver {

struct DiffReport {
  const Manifest& old;
  const Manifest& now;
  const diff::Difference& difference;
  const std::vector<diff::DeclaredChange>& declarations;
  const std::optional<TraceChange>& trace;
};

[[nodiscard]] std::string diff_text(const DiffReport& report);
[[nodiscard]] std::string diff_json(const DiffReport& report);

}  // namespace sbx::driver
