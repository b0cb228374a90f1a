// SPDX-License-Identifier: Apache-2.0
// The report of a bug of ours, and the exit status that says so.
#include "runtime/base/check.h"

#include <unistd.h>

#include <cstdio>

namespace sbx {

void report_bug(const char* condition, const char* message, const char* file, int line) {
  std::fflush(stdout);
  std::fprintf(stderr,
               "signalbox: this is a bug in signalbox, not in your policy: %s\n"
               "  where: %s:%d\n"
               "  check: %s\n"
               "Please report it together with the command and its input.\n",
               message, file, line, condition);
  std::fflush(stderr);
  // Not abort(): status 3 is what scripts are promised, and destructors may rest on the broken invariant.
  _exit(3);
}

}  // namespace sbx
