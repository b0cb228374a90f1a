// SPDX-License-Identifier: Apache-2.0
// A trace decided again (docs/cli.md#8-replay): chunks of lines to threads, results in the order of the trace.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/replay/counts.h"
#include "compiler/replay/policies.h"
#include "compiler/replay/worker.h"

namespace sbx::replay {

struct Progress {
  uint64_t requests = 0;
  uint64_t bytes = 0;
  std::optional<uint64_t> of_bytes;
};

struct Options {
  std::vector<std::string> traces;
  uint64_t limit = 0;  // 0: none
  unsigned jobs = 1;
  WorkOptions work;
  std::function<std::optional<Error>(std::string_view)> write;  // decisions, in order; where `work.decisions`
  std::function<void(const Progress&)> progress;                // may be empty
};

struct Replayed {
  Counts counts;
  double seconds = 0;
};

/// R0701 for a trace that cannot be read, and what `write` says. A line that cannot be decided is counted.
[[nodiscard]] Result<Replayed> replay(Policies& policies, const Options& options);

}  // namespace sbx::replay
