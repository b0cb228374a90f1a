// SPDX-License-Identifier: Apache-2.0
// Time that this thread has run: what a decision costs does not depend on who else uses the machine.
#pragma once

#include <ctime>

namespace sbx::driver {

[[nodiscard]] inline double thread_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace sbx::driver
