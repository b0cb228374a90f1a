// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/driver/command.h"
#include "compiler/pipeline.h"

namespace sbx::driver {

/// Applies the first fix of every finding, leaving out those that overlap one already applied; writes the files, or prints them when
/// `dry_run`. Returns the status of `check`: 1 if findings are left that had no fix.
int apply_fixes(const Checked& checked, bool dry_run, const Common& common);

}  // namespace sbx::driver
