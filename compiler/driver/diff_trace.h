// SPDX-License-Identifier: Apache-2.0
// Recorded requests, decided by both policies of a `diff`.
#pragma once

#include <map>
#include <string>

#include "compiler/driver/diff_judge.h"

namespace sbx::driver {

struct TraceChange {
  size_t requests = 0, changed = 0;
  size_t failed = 0;                                            // lines that could not be decided; reported
  int64_t cost_delta_micros = 0;                                // new less old, of the changed requests that both have a price for
  size_t unpriced = 0;                                          // changed requests that have none
  std::map<std::pair<std::string, std::string>, size_t> moves;  // of changed requests: old and new winner
};

/// JSON lines of envelopes or bodies. R0701 if the file cannot be read.
[[nodiscard]] Result<TraceChange> run_trace(const std::string& path, DiffJudge& judge, const Common& common);

}  // namespace sbx::driver
