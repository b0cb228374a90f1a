// SPDX-License-Identifier: Apache-2.0
// Tests over the documentation and the table of kinds.
#pragma once

#include <string>
#include <vector>

#include "tests/file_tests/stages.h"

namespace sbx::file_tests {

/// A verdict on one page, snippet or code: why it fails, or nothing.
struct Verdict {
  std::string subject;
  std::string reason;
};

/// Every code of kinds.def has a page docs/errors/CODE.md and a file test that names it in its first line.
[[nodiscard]] std::vector<Verdict> check_coverage(const std::string& source_folder);
/// Error pages: the wrong snippet gives the code, the right one is clean. Other pages: every ```sbx block checks clean, every
/// ```sbx fail=CODE block gives that code.
[[nodiscard]] std::vector<Verdict> check_snippets(const std::string& source_folder, const World& world);

}  // namespace sbx::file_tests
