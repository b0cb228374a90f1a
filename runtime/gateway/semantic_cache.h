// SPDX-License-Identifier: Apache-2.0
// Answers that are given again to a question that means nearly the same (slot `cache = semantic`).
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/gateway/api.h"
#include "runtime/gateway/settings.h"
#include "runtime/http/message.h"

namespace sbx::gateway {

/// A question apart from its last words: `scope` is all that must be the same byte for byte, `text` what is compared by its meaning.
struct SemanticQuestion {
  std::string scope;
  std::string text;
};
/// Nothing where the last thing said is not one text of the user's: what a picture or a tool's result means is not compared.
[[nodiscard]] std::optional<SemanticQuestion> semantic_question(Api api, std::string_view body);

/// The last used answers, up to a number of bytes, for as long as the settings say. Thread-safe.
class SemanticCache {
 public:
  explicit SemanticCache(const CacheSettings& settings) : settings_(settings) {}

  /// The answer to the nearest question of the same scope whose cosine is at least the settings' `similarity`; null if there is none.
  [[nodiscard]] std::shared_ptr<const http::Response> find(const std::string& scope, const std::vector<float>& vector);
  void keep(const std::string& scope, std::vector<float> vector, http::Response answer);

 private:
  struct Entry {
    std::string scope;
    std::vector<float> vector;
    std::shared_ptr<const http::Response> answer;
    int64_t until_ms = 0;
    size_t bytes = 0;
  };
  using Place = std::list<Entry>::iterator;
  void drop(Place entry);

  CacheSettings settings_;
  std::mutex mutex_;  // guards the rest
  std::list<Entry> recent_;  // the last used one first
  std::unordered_map<std::string, std::vector<Place>> by_scope_;
  size_t bytes_ = 0;
};

}  // namespace sbx::gateway
