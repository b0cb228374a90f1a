// SPDX-License-Identifier: Apache-2.0
// Decisions that may still be told how they went, and what that teaches.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/embed/generation.h"
#include "runtime/observe/served.h"

namespace sbx::gateway {

/// What a choice among models was made by, and what came of it: all that a lesson needs, and nothing of what was said.
struct Choice {
  std::shared_ptr<embed::Generation> generation;
  const Selection* from = nullptr;  // of its manifest
  std::vector<Reading> readings;    // by SignalId: those that the selectors go by
  std::vector<std::string> contenders;
  std::string chosen;
  std::optional<double> cost_usd, latency_ms;
};
/// Null: no model was chosen among several, or one answered that was not among them.
[[nodiscard]] std::shared_ptr<const Choice> choice_of(const observe::Served& served);

/// The last decisions, up to a number. Thread-safe.
class KnownDecisions {
 public:
  void add(const std::string& id);
  /// What came of it; before it is told.
  void keep(const std::string& id, std::shared_ptr<const Choice> choice);
  enum class Told : uint8_t { Now, Before, Unknown };
  struct Answer {
    Told told = Told::Unknown;
    std::shared_ptr<const Choice> choice;
  };
  /// Marks it as told.
  Answer tell(const std::string& id);
  /// What was told could not be kept: it may be told again.
  void untell(const std::string& id);

 private:
  struct Known {
    bool told = false;
    std::shared_ptr<const Choice> choice;
  };
  static constexpr size_t kMost = 100'000;
  std::mutex mutex_;  // guards both
  std::deque<std::string> order_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace sbx::gateway
