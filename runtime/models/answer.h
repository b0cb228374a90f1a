// SPDX-License-Identifier: Apache-2.0
// One answer of a model about one text, kept for the next request that asks the same.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "runtime/models/model.h"

namespace sbx::models {

/// A text as an encoder sees it: one vector of unit length.
struct TextVector {
  std::vector<float> values;
  bool truncated = false;
};
using Answer = std::variant<Classified, Tagged, TextVector>;

/// Asks the model what it is there for, whichever kind it is.
[[nodiscard]] Result<Answer> ask(const LearnedModel& model, std::string_view text, Deadline deadline);

/// Which model was asked about which text, as 128 bits of both.
struct AnswerKey {
  uint64_t low = 0, high = 0;
  friend bool operator==(const AnswerKey&, const AnswerKey&) = default;
};
[[nodiscard]] AnswerKey answer_key(const LearnedModel& model, std::string_view text);

/// The answers last used, up to a number of bytes. Thread-safe.
class AnswerCache {
 public:
  explicit AnswerCache(size_t most_bytes) : most_bytes_(most_bytes) {}

  [[nodiscard]] std::optional<Answer> find(const AnswerKey& key);
  void keep(const AnswerKey& key, const Answer& answer);

 private:
  struct Entry {
    AnswerKey key;
    Answer answer;
    size_t bytes;
  };
  struct Hash {
    size_t operator()(const AnswerKey& key) const { return static_cast<size_t>(key.low); }
  };
  void shrink();

  size_t most_bytes_;
  std::mutex mutex_;  // guards what follows
  std::list<Entry> entries_;  // last used first
  std::unordered_map<AnswerKey, std::list<Entry>::iterator, Hash> by_key_;
  size_t bytes_ = 0;
};

}  // namespace sbx::models
