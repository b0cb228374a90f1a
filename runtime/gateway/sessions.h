// SPDX-License-Identifier: Apache-2.0
// Which model answered the last turn of a session, and when: what `stay` and `session.previous_model` go by.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "runtime/request/request.h"

namespace sbx::gateway {

/// The last sessions, up to a number. Thread-safe.
class Sessions {
 public:
  void answered(const std::string& session, const std::string& model, int64_t now_us);
  /// Fills in what the request's session lacks.
  void recall(Request& request);

 private:
  struct Turn {
    std::string session, model;
    int64_t at_us = 0;
  };
  static constexpr size_t kMost = 100'000;
  std::mutex mutex_;        // guards both
  std::list<Turn> recent_;  // the last one first
  std::unordered_map<std::string, std::list<Turn>::iterator> by_id_;
};

}  // namespace sbx::gateway
