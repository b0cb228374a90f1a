// SPDX-License-Identifier: Apache-2.0
// The tool for our own bugs: an invariant that always holds, checked in every build.
#pragma once

namespace sbx {

/// Prints a bug report with the failed condition to stderr and ends the process with status 3. Never returns.
[[noreturn]] void report_bug(const char* condition, const char* message, const char* file, int line);

}  // namespace sbx

#define SBX_CHECK(condition, message) \
  ((condition) ? static_cast<void>(0) : ::sbx::report_bug(#condition, message, __FILE__, __LINE__))
