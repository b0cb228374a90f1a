// SPDX-License-Identifier: Apache-2.0
// `log = bodies(first: 2KiB, keep: 50000)`: what was asked and answered, kept so that it can be decided again (docs/guides/observing.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/observe/log_file.h"
#include "runtime/observe/served.h"

namespace sbx::observe {

/// What a policy says; nothing for what is none.
[[nodiscard]] std::optional<Recording> parse_bodies(std::string_view text);

/// An envelope, without its end of line: input of `signalbox replay`. A body that is not whole, or no JSON, is a
/// text, which nothing can decide again.
[[nodiscard]] std::string recording_line(const Served& served);

/// A file with the last lines, and `PATH.1` with those before: no more in both than are to be kept, of two at least. One
/// thread's.
class RecordingFile {
 public:
  /// Counts what is there. R0702.
  [[nodiscard]] static Result<RecordingFile> open(const std::string& path);

  /// `keep`: of these lines. How many were kept.
  [[nodiscard]] size_t write(const std::vector<std::string>& lines, uint64_t keep);
  [[nodiscard]] const std::string& trouble() const { return file_.trouble(); }

 private:
  RecordingFile(LogFile file, uint64_t lines) : file_(std::move(file)), lines_(lines) {}
  LogFile file_;
  uint64_t lines_ = 0;  // of the file, not of PATH.1
};

}  // namespace sbx::observe
