// SPDX-License-Identifier: Apache-2.0
// Something that a coroutine waits for until another one of its loop says that it has happened.
#pragma once

#include <memory>

#include "runtime/http/loop.h"

namespace sbx::http {

/// Used on its loop's thread only. What was set before anybody waits is not lost; several times count as once.
class Event {
 public:
  explicit Event(Loop& loop);
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set();
  /// Until it is set; afterwards it is not. One waits at a time.
  Task<void> wait();

 private:
  struct Timer;
  std::unique_ptr<Timer> timer_;  // that never runs out: Asio's way to wait for nothing but a cancellation
  bool set_ = false;
};

}  // namespace sbx::http
