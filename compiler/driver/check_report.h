// SPDX-License-Identifier: Apache-2.0
// The result of `check` on stdout, in the format asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/baseline.h"
#include "compiler/driver/command.h"
#include "compiler/pipeline.h"

namespace sbx::driver {

struct CheckReport {
  const Checked& checked;
  const std::vector<std::string>& paths;
  std::optional<BaselineUse> baseline;
  Severity fail_level = Severity::Error;  // the least that fails
};

/// `format`: text, json, sarif, github or junit.
void print_report(const CheckReport& report, const std::string& format, const Common& common);

}  // namespace sbx::driver
