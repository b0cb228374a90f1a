// SPDX-License-Identifier: Apache-2.0
// What happens when something of ours breaks: a report on stderr and status 3, never a signal.
#pragma once

namespace sbx::driver {

/// Turns crashes, std::terminate and stack overflow into a report and status 3; ignores SIGPIPE. Call once, first in main.
void install_last_resort();
/// The report for an exception that nobody caught.
void report_exception(const char* what);

}  // namespace sbx::driver
