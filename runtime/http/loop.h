// SPDX-License-Identifier: Apache-2.0
// One thread's worth of connections: what waits for the network, and the clock that ends what waits too long.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>

#include "runtime/http/task.h"

namespace boost::asio {
class io_context;
}

namespace sbx::http {

class Socket;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs on the calling thread until `stop`.
  void run();
  /// From any thread: ends `run`; what waits is dropped.
  void stop();
  /// From any thread: the coroutine goes on by itself, on this loop's thread. What it throws is a bug of ours.
  void spawn(std::function<Task<void>()> coroutine);
  /// On this loop's thread.
  Task<void> sleep_ms(int64_t time);
  /// Bytes for a read whose result is used before anything else waits.
  [[nodiscard]] std::span<char> scratch() { return {scratch_.get(), kScratch}; }

  [[nodiscard]] boost::asio::io_context& context() { return *context_; }

 private:
  friend class Socket;
  static constexpr size_t kScratch = 64 << 10;
  void add(Socket& socket);
  void remove(Socket& socket);
  Task<void> watch_clock();

  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<char[]> scratch_;
  Socket* first_ = nullptr;
};

}  // namespace sbx::http
