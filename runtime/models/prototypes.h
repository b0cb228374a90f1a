// SPDX-License-Identifier: Apache-2.0
// Vectors of the example texts that policies name: encoded once, kept on disk by what they are made of.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/models/answer.h"

namespace sbx::models {

/// Thread-safe. A file for each encoder, named by a hash of its identity: a row for each text by the text's hash. A file that is
/// damaged, or another version's, is made anew.
class PrototypeStore {
 public:
  /// In a folder that may have to be made; empty: only in memory.
  explicit PrototypeStore(std::string folder) : folder_(std::move(folder)) {}

  /// A row for each text. Only those that were never encoded are asked of the encoder, all together.
  [[nodiscard]] Result<Encoded> encode(const Encoder& encoder, std::span<const std::string> texts);
  /// How many texts encoders were asked for so far.
  [[nodiscard]] size_t asked() const;

 private:
  struct KeyHash {
    size_t operator()(const AnswerKey& key) const { return static_cast<size_t>(key.low); }
  };
  struct Shelf {
    bool is_read = false;
    size_t dimension = 0;
    std::unordered_map<AnswerKey, std::vector<float>, KeyHash> rows;
  };
  void read(const std::string& file, Shelf& shelf) const;
  void write(const std::string& file, const Shelf& shelf) const;

  std::string folder_;
  mutable std::mutex mutex_;  // guards what follows; held while an encoder works, so that no text is encoded twice
  std::unordered_map<std::string, Shelf> shelves_;  // by the encoder's identity
  size_t asked_ = 0;
};

}  // namespace sbx::models
