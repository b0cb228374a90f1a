// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/post.h"

namespace sbx::http {

namespace {

constexpr size_t kMostAnswer = 1 << 20;

// What it uses outlives the loop; what belongs to the loop is its own.
Task<void> exchange(Loop& loop, const Url& url, const Tls& tls, const Request& request, std::chrono::milliseconds timeout, Posted& posted) {
  {
    Pool pool(loop, url, tls);
    Call call(pool, {.connect = timeout, .first_byte = timeout, .idle = timeout});
    posted.end = co_await call.send(request, nullptr);
    if (posted.end == CallEnd::Ok) {
      posted.answer.status = call.status();
      posted.answer.headers = call.headers();
      posted.end = co_await call.read_all(posted.answer.body, kMostAnswer);
    }
  }
  loop.stop();
}

Task<void> end_after(Loop& loop, std::chrono::milliseconds timeout, Posted& posted) {
  co_await loop.sleep_ms(timeout.count());
  posted.end = CallEnd::TimedOut;
  loop.stop();
}

}  // namespace

Posted Poster::post(const std::string& target, Headers headers, std::string body, std::chrono::milliseconds timeout) {
  const Request request{.method = "POST", .target = target, .headers = std::move(headers), .body = std::move(body)};
  Posted posted{.end = CallEnd::Left, .answer = {}};
  Loop loop;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return posted;
    running_ = &loop;
  }
  loop.spawn([&] { return exchange(loop, url_, tls_, request, timeout, posted); });
  loop.spawn([&] { return end_after(loop, timeout, posted); });
  loop.run();
  const std::lock_guard lock(mutex_);
  running_ = nullptr;
  return posted;
}

void Poster::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (running_ != nullptr) running_->stop();
}

}  // namespace sbx::http
