// SPDX-License-Identifier: Apache-2.0
// What the serving thread waits for: messages of the client, and analyses that are through.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "compiler/lsp/framing.h"
#include "compiler/lsp/json.h"

namespace sbx::lsp {

class Snapshot;
using Clock = std::chrono::steady_clock;

/// A document looked at over all requests. `snapshot` is null if that failed.
struct Analyzed {
  std::string uri;
  uint64_t generation = 0;
  std::shared_ptr<const Snapshot> snapshot;
};
using Event = std::variant<Json, BadFrame, EndOfStream, Analyzed>;

/// Several threads put in, one takes out. The mutex guards the list.
class Inbox {
 public:
  void put(Event event);
  /// Adds all that is there to `into`, waiting for something until `until`; without it, for ever. False if nothing came.
  bool take(std::deque<Event>& into, std::optional<Clock::time_point> until);

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Event> events_;
};

}  // namespace sbx::lsp
