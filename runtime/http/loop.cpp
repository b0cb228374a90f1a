// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/base/check.h"
#include "runtime/http/socket.h"
#include "runtime/http/socket_wait.h"

namespace sbx::http {

namespace asio = boost::asio;

namespace {
constexpr int64_t kTickMs = 50;  // how late a deadline may be noticed
}

Loop::Loop() : context_(std::make_unique<asio::io_context>(1)), scratch_(std::make_unique<char[]>(kScratch)) {
  spawn([this] { return watch_clock(); });
}

Loop::~Loop() {
  // Coroutines that wait end here; their sockets take themselves off the list.
  context_.reset();
}

void Loop::run() {
  const auto work = asio::make_work_guard(*context_);
  context_->run();
}

void Loop::stop() { context_->stop(); }

void Loop::spawn(std::function<Task<void>()> coroutine) {
  asio::co_spawn(*context_, std::move(coroutine), [](const std::exception_ptr& thrown) {
    SBX_CHECK(!thrown, "a coroutine of the gateway ended by an exception");
  });
}

Task<void> Loop::sleep_ms(int64_t time) {
  asio::steady_timer timer(*context_, std::chrono::milliseconds(time));
  boost::system::error_code error;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
}

void Loop::add(Socket& socket) {
  socket.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &socket;
  first_ = &socket;
}

void Loop::remove(Socket& socket) {
  if (socket.previous_ != nullptr) socket.previous_->next_ = socket.next_;
  if (socket.next_ != nullptr) socket.next_->previous_ = socket.previous_;
  if (first_ == &socket) first_ = socket.next_;
}

// One look at all connections every tick is cheaper than a timer for each wait: 20,000 connections take 0.1 ms.
Task<void> Loop::watch_clock() {
  for (;;) {
    co_await sleep_ms(kTickMs);
    const auto now = std::chrono::steady_clock::now();
    for (Socket* socket = first_; socket != nullptr; socket = socket->next_) {
      if (socket->deadline_.time_since_epoch().count() != 0 && socket->deadline_ <= now) {
        socket->timed_out_ = true;
        socket->deadline_ = {};
        socket->wait_->cancel();
      } else if (socket->client_ != nullptr && socket->client_->has_left()) {
        socket->left_ = true;
        socket->client_ = nullptr;
        socket->wait_->cancel();
      }
    }
  }
}

}  // namespace sbx::http
