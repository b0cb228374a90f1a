// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/reader.h"

#include <chrono>

#include "runtime/signals/prompt_tokens.h"

namespace sbx {

namespace {

int64_t micros_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::vector<Reading> SignalReader::read(const ReadingOrder& order) {
  std::vector<Reading> readings;
  readings.reserve(order.wanted.size());
  const auto begin = std::chrono::steady_clock::now();
  for (const SignalId signal : order.wanted) {
    const auto start = std::chrono::steady_clock::now();
    if (order.deadline_us >= 0 && micros_since(begin) > order.deadline_us) {
      readings.push_back({.state = ReadingState::Failed, .error = "the deadline passed"});
      continue;
    }
    readings.push_back(signals_.read(signal, order.request, *texts_, order.known, order.spending));
    readings.back().micros = micros_since(start);
  }
  return readings;
}

int64_t SignalReader::prompt_tokens(const Request& request) { return signals::prompt_tokens(request); }

}  // namespace sbx
