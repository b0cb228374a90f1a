// SPDX-License-Identifier: Apache-2.0
// A file of lines that outlives full disks: whole lines or none, renamed when it is large. One thread's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::observe {

class LogFile {
 public:
  /// R0702.
  [[nodiscard]] static Result<LogFile> open(std::string path, int64_t rotate_bytes, int64_t keep_files);
  LogFile(LogFile&& other) noexcept;
  LogFile& operator=(LogFile&&) = delete;
  ~LogFile();

  /// Appends lines, each with its end, as many as there is room for; how many that was. Opens the file again where it was lost.
  [[nodiscard]] size_t write(const std::vector<std::string>& lines);
  /// Begins a new file; this one becomes `PATH.1`, and so on.
  void rotate();
  /// Why the last write kept less than all; empty: it did not.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  LogFile(std::string path, int64_t rotate_bytes, int64_t keep_files)
      : path_(std::move(path)), rotate_bytes_(rotate_bytes), keep_files_(keep_files) {}
  bool open_again();
  bool is_replaced() const;
  bool append(const std::string& chunk, const std::vector<std::string>& lines, size_t& next);
  void close();

  std::string path_;
  int64_t rotate_bytes_, keep_files_;
  int fd_ = -1;
  bool is_regular_ = false;
  int64_t size_ = 0;
  std::string trouble_;
};

}  // namespace sbx::observe
