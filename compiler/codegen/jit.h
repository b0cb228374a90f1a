// SPDX-License-Identifier: Apache-2.0
// Module → Program in native code, in this process. The first code is there at once; better code replaces it in the background.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "runtime/base/result.h"
#include "runtime/program/program.h"

namespace sbx::codegen {

struct JitOptions {
  bool only_unoptimized = false;    // never optimise
  bool wait_for_optimized = false;  // return with the best code, not the first
  bool debug = false;               // a function `policy:<name>` a route and rule, where gdb stops when it wins or fires;
                                    // also on where a debugger watches the process
};

/// Compiles a module. Thread-safe. The program's native code, tables and background work go with it. SIGNALBOX_PERF=1 in the environment
/// writes a line a function to /tmp/perf-<pid>.map, and turns `debug` on. Fails with R0750 or R0751.
[[nodiscard]] Result<std::unique_ptr<Program>> jit(Module module, const JitOptions& options = {});

/// What is known of a program's code; all zero for a program that is not of jit().
struct CodeFacts {
  double first_native_ms = 0;  // module in memory → callable
  double optimized_ms = 0;     // module in memory → optimised code in use; 0 while it is not
  size_t code_bytes = 0;       // of the code in use, tables included
  size_t table_bytes = 0;
};
[[nodiscard]] CodeFacts facts(const Program& program);

/// Waits until the optimised code is in use, it failed, or `limit` is over; whether it is in use.
bool wait_for_optimized(const Program& program, std::chrono::milliseconds limit);

}  // namespace sbx::codegen
