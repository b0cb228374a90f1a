// SPDX-License-Identifier: Apache-2.0
// What a folder of tests/lang does with its files.
#pragma once

#include <string>

#include "tests/file_tests/case.h"

namespace sbx::file_tests {

struct World {
  std::string signalbox;  // the command under test
  std::string stdlib;     // folder
};

/// The test with the expectations that this build would give it. Stages by folder: syntax parses; names, types, limits check;
/// format formats; dump prints an intermediate product; run checks and runs the policy's own tests; cli runs the `// run:` lines.
[[nodiscard]] Case actual(const Case& test, const World& world);

/// Empty if `test` passes, else why not.
[[nodiscard]] std::string judge(const Case& test, const Case& actual);

}  // namespace sbx::file_tests
