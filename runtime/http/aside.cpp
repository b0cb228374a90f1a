// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/aside.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sbx::http {

namespace asio = boost::asio;

struct Aside::Pool {
  asio::thread_pool threads{1};
};

Aside::Aside() : pool_(std::make_unique<Pool>()) {}
Aside::~Aside() { pool_->threads.join(); }

void Aside::post(std::function<void()> work) { asio::post(pool_->threads, std::move(work)); }

Task<void> Aside::run(const std::function<void()>& work) {
  const auto todo = [&work]() -> Task<void> {
    work();
    co_return;
  };
  co_await asio::co_spawn(pool_->threads, todo, asio::use_awaitable);
}

}  // namespace sbx::http
