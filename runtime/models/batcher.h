// SPDX-License-Identifier: Apache-2.0
// Many threads ask one model, which computes what is waiting together.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/models/model.h"
#include "runtime/models/tokenizer.h"

namespace sbx::models {

/// What the model says of a sequence of tokens; what the numbers are is the runner's affair.
using Row = std::vector<float>;

/// The model. `run` is called by one thread at a time; `stop` by others while it runs, and `allow` before each run.
class BatchRunner {
 public:
  virtual ~BatchRunner() = default;
  /// A row for each sequence.
  virtual Result<std::vector<Row>> run(std::span<const Encoding* const> batch) = 0;
  /// Ends the run under way, whose answer is of no use.
  virtual void stop() = 0;
  virtual void allow() = 0;
};

struct BatchLimits {
  size_t batch = 16;                   // most sequences of one run
  std::chrono::microseconds wait{0};   // how long a batch that is not full waits for more
  size_t queue = 256;                  // most sequences that wait
};

/// One thread that runs the model, unless nobody else asks: then the caller's own does, and the other watches the time. Sequences are computed
/// in the order they come; a batch is not filled up with more padding than content.
class Batcher {
 public:
  Batcher(std::unique_ptr<BatchRunner> runner, const BatchLimits& limits);
  ~Batcher();  // while nobody waits
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  /// A row for each sequence. R0789: the queue is full, the deadline is over, or the run broke down. What nobody waits for any more is not
  /// computed, and a run that only they waited for is stopped.
  [[nodiscard]] Result<std::vector<Row>> compute(std::vector<Encoding> sequences, Deadline deadline) const;

  /// Sequences that wait, not those that are being computed.
  [[nodiscard]] size_t waiting() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sbx::models
