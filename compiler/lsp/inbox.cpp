// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/inbox.h"

#include <iterator>

namespace sbx::lsp {

void Inbox::put(Event event) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  filled_.notify_one();
}

bool Inbox::take(std::deque<Event>& into, std::optional<Clock::time_point> until) {
  std::unique_lock lock(mutex_);
  const auto is_filled = [&] { return !events_.empty(); };
  if (until)
    filled_.wait_until(lock, *until, is_filled);
  else
    filled_.wait(lock, is_filled);
  const bool any = !events_.empty();
  std::ranges::move(events_, std::back_inserter(into));
  events_.clear();
  return any;
}

}  // namespace sbx::lsp
