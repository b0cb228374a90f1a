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
  /// Of a request by a client (identity.h).
  void add(const std::string& id, std::optional<size_t> client);
  /// What came of it, in the end.
  void keep(const std::string& id, std::shared_ptr<const Choice> choice);
  enum class Told : uint8_t { Now, Before, TooEarly, Unknown };
  struct Answer {
    Told told = Told::Unknown;
    std::shared_ptr<const Choice> choice;
  };
  /// Marks it as told. Another client's is unknown.
  Answer tell(const std::string& id, std::optional<size_t> client);
  /// What was told could not be kept: it may be told again.
  void untell(const std::string& id);

 private:
  struct Known {
    std::optional<size_t> client;
    bool ended = false, told = false;
    std::shared_ptr<const Choice> choice;
  };
  static constexpr size_t kMost = 100'000;
  std::mutex mutex_;  // guards both
  std::deque<std::string> order_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace sbx::gateway
