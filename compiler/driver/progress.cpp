// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace sbx::driver {

ProgressLine::ProgressLine(const Common& common) : is_shown_(!common.quiet && isatty(STDERR_FILENO) == 1) {}

void ProgressLine::end() {
  if (last_) std::fputs("\r\x1b[K", stderr);
  last_.reset();
}

void ProgressLine::show(uint64_t done, uint64_t bytes, std::optional<uint64_t> of_bytes) {
  using namespace std::chrono_literals;
  const auto now = std::chrono::steady_clock::now();
  if (!is_shown_ || (last_ && now - *last_ < 100ms)) return;
  last_ = now;
  std::string text = "\r\x1b[K";
  if (of_bytes && *of_bytes > 0) {
    constexpr size_t kWidth = 30;
    const double part = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(*of_bytes));
    const auto filled = static_cast<size_t>(part * kWidth);
    text +=
        "[" + std::string(filled, '#') + std::string(kWidth - filled, ' ') + "] " + std::to_string(static_cast<int>(part * 100)) + " %  ";
  }
  const double seconds = std::chrono::duration<double>(now - start_).count();
  text += with_commas(done) + " requests, " + with_commas(static_cast<uint64_t>(static_cast<double>(done) / std::max(seconds, 1e-3))) +
          " a second";
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void ProgressLine::say(std::string_view what) {
  if (!is_shown_) return;
  last_ = std::chrono::steady_clock::now();
  std::fputs(("\r\x1b[K" + std::string(what)).c_str(), stderr);
  std::fflush(stderr);
}

std::string with_commas(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

}  // namespace sbx::driver
