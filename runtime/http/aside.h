// SPDX-License-Identifier: Apache-2.0
// Work that would hold up a loop, done on another thread while the coroutine that needs it waits.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include "runtime/http/loop.h"

namespace boost::asio {
class thread_pool;
}

namespace sbx::http {

/// Threads, started when there is work for the first time. Thread-safe.
class Aside {
 public:
  explicit Aside(size_t threads);
  ~Aside();
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  /// From a coroutine of a loop, which goes on there afterwards; `work` is used until then. What it throws is a bug of ours.
  Task<void> run(const std::function<void()>& work);
  /// From any thread: done some time; with one thread, in order.
  void post(std::function<void()> work);
  /// Waits for all work; none may come later. Before the loops are gone whose coroutines wait for it.
  void join();

 private:
  boost::asio::thread_pool& threads();

  const size_t count_;
  std::mutex mutex_;  // guards the pointer
  std::unique_ptr<boost::asio::thread_pool> threads_;
};

}  // namespace sbx::http
