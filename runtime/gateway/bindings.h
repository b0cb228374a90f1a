// SPDX-License-Identifier: Apache-2.0
// Conversations that only one provider can go on with: what it keeps of them lives there (`previous_response_id`).
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace sbx::gateway {

/// Where a response was made.
struct Binding {
  std::string provider;
  std::string endpoint;  // its address
};

/// The last responses, up to a number. Thread-safe.
class Bindings {
 public:
  void keep(const std::string& response_id, Binding binding);
  [[nodiscard]] std::optional<Binding> find(const std::string& response_id);

 private:
  static constexpr size_t kMost = 100'000;
  using Entry = std::pair<std::string, Binding>;
  std::mutex mutex_;        // guards both
  std::list<Entry> recent_;  // the last used one first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_id_;
};

}  // namespace sbx::gateway
