// SPDX-License-Identifier: Apache-2.0
// Threads on which models are asked that take their time, so that several are asked at once and nobody waits past a deadline.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sbx::models {

/// As many threads as work asks for, up to a bound; more work than that waits its turn. Ending waits for what has begun and drops the rest.
class Workers {
 public:
  explicit Workers(size_t most_threads) : most_(most_threads) {}
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// From any thread. False: so much is waiting already that this would come too late for anybody.
  [[nodiscard]] bool run(std::function<void()> work);

 private:
  static constexpr size_t kMostWaiting = 1024;
  void serve();

  const size_t most_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace sbx::models
