// SPDX-License-Identifier: Apache-2.0
// When a server that keeps failing is left alone for a while.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sbx::http {

/// Open after some failures in a row: nothing is to be sent then. After a while one call tries again. Thread-safe.
class Circuit {
 public:
  Circuit(int64_t failures, int64_t open_ms) : most_(failures), open_ms_(open_ms) {}

  [[nodiscard]] bool is_open() const { return open_until_ms_ != 0; }
  /// Whether a call may be made now. Of an open circuit whose time is over, true once: that call is the trial.
  [[nodiscard]] bool admits() {
    int64_t until = open_until_ms_;
    if (until == 0) return true;
    const int64_t now = now_ms();
    return now >= until && open_until_ms_.compare_exchange_strong(until, now + open_ms_);
  }
  void succeeded() {
    failures_ = 0;
    open_until_ms_ = 0;
  }
  void failed() {
    if (++failures_ >= most_) open_until_ms_ = now_ms() + open_ms_;
  }

 private:
  static int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  const int64_t most_, open_ms_;
  std::atomic<int64_t> failures_{0};
  std::atomic<int64_t> open_until_ms_{0};  // of the steady clock; 0: closed
};

}  // namespace sbx::http
