// SPDX-License-Identifier: Apache-2.0
// Findings as `//>` groups, and whether a test's own groups say the same.
#pragma once

#include <string>

#include "runtime/diag/diagnostic.h"
#include "tests/file_tests/case.h"

namespace sbx::file_tests {

/// `test` with its `//>` groups replaced by what `diags` says. Files of `sources` are matched to parts by the end of their path.
[[nodiscard]] Case with_findings(Case test, const Diagnostics& diags, const SourceSet& sources);

/// Empty if the expectations of `test` hold in `actual`, else what differs. Lines below a head may be left out of an expectation.
[[nodiscard]] std::string compare_findings(const Case& test, const Case& actual);

}  // namespace sbx::file_tests
