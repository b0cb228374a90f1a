// SPDX-License-Identifier: Apache-2.0
// Decisions that may still be told how they went.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace sbx::gateway {

/// The last decisions, up to a number. Thread-safe.
class KnownDecisions {
 public:
  void add(const std::string& id);
  enum class Told : uint8_t { Now, Before, Unknown };
  /// Marks it as told.
  Told tell(const std::string& id);

 private:
  static constexpr size_t kMost = 100'000;
  std::mutex mutex_;  // guards both
  std::deque<std::string> order_;
  std::unordered_map<std::string, bool> told_;
};

}  // namespace sbx::gateway
