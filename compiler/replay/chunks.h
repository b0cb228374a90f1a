// SPDX-License-Identifier: Apache-2.0
// Files of lines, read piece by piece: never more than a chunk of them is in memory at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::replay {

/// Whole lines of one file. The bytes behind them may be read (TraceParser::kPadding).
struct Chunk {
  size_t number = 0;  // from 0, over all files
  size_t file = 0;
  bool is_first = false;  // of its file
  std::string buffer;
  size_t size = 0;
  [[nodiscard]] std::string_view lines() const { return {buffer.data(), size}; }
};

class Chunks {
 public:
  /// `-` is standard input. At most `limit` lines that hold something, if it is not 0.
  Chunks(std::vector<std::string> files, uint64_t limit) : files_(std::move(files)), left_(limit), limited_(limit != 0) {}
  ~Chunks();
  Chunks(const Chunks&) = delete;
  Chunks& operator=(const Chunks&) = delete;

  /// Fills `chunk`, whose buffer is used again; false at the end. R0701 for a file that cannot be read, or a line of more than 64 MiB.
  [[nodiscard]] Result<bool> next(Chunk& chunk);
  /// Bytes of all files together; nothing if one has no size, as a pipe.
  [[nodiscard]] std::optional<uint64_t> total_bytes() const;

 private:
  [[nodiscard]] std::optional<Error> fill(Chunk& chunk);
  void cut(Chunk& chunk);

  std::vector<std::string> files_;
  uint64_t left_;
  bool limited_;
  size_t file_ = 0, number_ = 0;
  int descriptor_ = -1;
  bool is_first_ = true, at_end_ = false;
  std::string rest_;  // the beginning of a line
};

}  // namespace sbx::replay
