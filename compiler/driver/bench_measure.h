// SPDX-License-Identifier: Apache-2.0
// One row of `bench`: a policy, all engines on the same requests, interleaved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/driver/bench_policy.h"
#include "compiler/driver/inputs.h"
#include "runtime/base/result.h"

namespace sbx::driver {

/// docs/cli.md#7-bench. Nanoseconds are medians of 7 runs, per decision.
struct BenchRow {
  int rules = 0;
  std::string selectivity;
  double mean_rules_examined = 0;
  double native_ns = 0, unoptimized_ns = 0, interpreter_ns = 0, tree_walk_ns = 0;
  std::optional<double> baseline_ns, edge_ns;
  double first_native_ms = 0, optimized_ms = 0, parse_ms = 0, check_ms = 0, analyze_ms = 0;
  std::optional<int64_t> code_bytes;
  int64_t rss_bytes = 0;
  double allocations_per_decision = 0;
  uint64_t mismatches = 0;
};

/// Measures a made policy. `with_baseline` compiles and runs the C++ if-chain beside it.
[[nodiscard]] Result<BenchRow> measure(const BenchPolicy& policy, bool with_baseline, const CompileOptions& options);

}  // namespace sbx::driver
