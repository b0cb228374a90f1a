// SPDX-License-Identifier: Apache-2.0
// Comma-separated values (RFC 4180): quotes, doubled quotes, line breaks inside quotes, CRLF.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::sema {

struct CsvRow {
  std::vector<std::string> cells;
  size_t line = 1;  // where it begins
};

/// All rows of `text`, the header first; empty lines are left out. An Error says the line of an open or misplaced quote.
[[nodiscard]] Result<std::vector<CsvRow>> parse_csv(std::string_view text);

}  // namespace sbx::sema
