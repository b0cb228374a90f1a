// SPDX-License-Identifier: Apache-2.0
// What a scan found, and sets of entries to ask it for.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "runtime/text/rules.h"

namespace sbx::text {

/// Filled by TextDatabase::scan.
struct TextHits {
  /// How far a sequence got: steps found, and where the last of them ended.
  struct Progress {
    uint32_t steps = 0;
    uint64_t end = 0;
  };
  /// The last match that was counted: a longer one from the same start does not count again.
  struct Last {
    uint64_t start = 0, end = 0;
  };

  std::vector<uint64_t> seen;    // a bit an entry
  std::vector<uint32_t> counts;  // of counted entries
  std::vector<Last> last;        // of counted patterns
  std::vector<Progress> sequences;

  [[nodiscard]] bool has(EntryId entry) const { return (seen[entry.index / 64] >> (entry.index % 64) & 1) != 0; }
  void set(EntryId entry) { seen[entry.index / 64] |= uint64_t{1} << (entry.index % 64); }
};

/// Entries as a mask: asked in a few words however many there are.
class EntrySet {
 public:
  void add(EntryId entry) {
    if (entry.index / 64 >= words_.size()) words_.resize(entry.index / 64 + 1);
    words_[entry.index / 64] |= uint64_t{1} << (entry.index % 64);
  }
  [[nodiscard]] bool empty() const { return words_.empty(); }
  [[nodiscard]] uint32_t size() const {
    uint32_t result = 0;
    for (uint64_t word : words_) result += static_cast<uint32_t>(std::popcount(word));
    return result;
  }
  /// How many of the entries were hit.
  [[nodiscard]] uint32_t count(const TextHits& hits) const {
    uint32_t result = 0;
    for (size_t i = 0; i < words_.size(); ++i) result += static_cast<uint32_t>(std::popcount(words_[i] & hits.seen[i]));
    return result;
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace sbx::text
