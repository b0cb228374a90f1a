// SPDX-License-Identifier: Apache-2.0
// How far a long command has come: one line on stderr that is written over, where that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/driver/command.h"

namespace sbx::driver {

class ProgressLine {
 public:
  /// Shows nothing with --quiet, or where stderr is no terminal.
  explicit ProgressLine(const Common& common);
  ~ProgressLine() { end(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Takes the line away.
  void end();
  /// What begins now, where no count says how far it has come.
  void say(std::string_view what);
  [[nodiscard]] bool is_shown() const { return is_shown_; }
  /// At most ten times a second. `of_bytes`: nothing if the end is not known.
  void show(uint64_t done, uint64_t bytes, std::optional<uint64_t> of_bytes);

 private:
  const bool is_shown_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::optional<std::chrono::steady_clock::time_point> last_;
};

/// `1,234,567`.
[[nodiscard]] std::string with_commas(uint64_t number);

}  // namespace sbx::driver
