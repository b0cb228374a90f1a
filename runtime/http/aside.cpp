// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/aside.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sbx::http {

namespace asio = boost::asio;

Aside::Aside(size_t threads) : count_(threads) {}

Aside::~Aside() { join(); }

asio::thread_pool& Aside::threads() {
  const std::lock_guard lock(mutex_);
  if (!threads_) threads_ = std::make_unique<asio::thread_pool>(count_);
  return *threads_;
}

void Aside::post(std::function<void()> work) { asio::post(threads(), std::move(work)); }

Task<void> Aside::run(const std::function<void()>& work) {
  const std::function<Task<void>()> there = [&work]() -> Task<void> {
    work();
    co_return;
  };
  Task<void> done = asio::co_spawn(threads(), there, asio::use_awaitable);
  co_await std::move(done);
}

void Aside::join() {
  const std::lock_guard lock(mutex_);
  if (threads_) threads_->join();
}

}  // namespace sbx::http
