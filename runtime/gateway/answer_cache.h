// SPDX-License-Identifier: Apache-2.0
// Answers that are given again to the same question (slot `cache`). What one tenant was told, no other is.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/gateway/settings.h"
#include "runtime/http/message.h"

namespace sbx::gateway {

/// The last used answers, up to a number of bytes, for as long as the settings say. Thread-safe.
class AnswerCache {
 public:
  explicit AnswerCache(const CacheSettings& settings) : settings_(settings) {}

  /// What makes two calls one: who asks, which model, and every byte of what it is asked.
  [[nodiscard]] static std::string key(std::string_view tenant, std::string_view provider, std::string_view target, std::string_view body);

  [[nodiscard]] std::shared_ptr<const http::Response> find(const std::string& key);
  /// An answer larger than an eighth of all is not kept.
  void keep(const std::string& key, http::Response answer);
  /// Bytes of an answer that could still be kept.
  [[nodiscard]] size_t most_bytes() const { return static_cast<size_t>(settings_.bytes) / 8; }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const http::Response> answer;
    int64_t until_ms = 0;
    size_t bytes = 0;
  };
  void drop(std::list<Entry>::iterator entry);

  CacheSettings settings_;
  std::mutex mutex_;  // guards the rest
  std::list<Entry> recent_;  // the last used one first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  size_t bytes_ = 0;
};

}  // namespace sbx::gateway
