// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/event.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sbx::http {

namespace asio = boost::asio;

struct Event::Timer {
  explicit Timer(Loop& loop) : never(loop.context(), asio::steady_timer::time_point::max()) {}
  asio::steady_timer never;
};

Event::Event(Loop& loop) : timer_(std::make_unique<Timer>(loop)) {}
Event::~Event() = default;

void Event::set() {
  set_ = true;
  timer_->never.cancel();
}

Task<void> Event::wait() {
  boost::system::error_code error;
  while (!set_) co_await timer_->never.async_wait(asio::redirect_error(asio::use_awaitable, error));
  set_ = false;
}

}  // namespace sbx::http
