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
  std::vector<Reading> readings(order.wanted.size());
  const auto begin = std::chrono::steady_clock::now();
  for (size_t i = 0; i < readings.size(); ++i) {
    const SignalId signal = order.wanted[i];
    if (signals_.asks_models(signal)) continue;
    const auto start = std::chrono::steady_clock::now();
    if (order.deadline_us >= 0 && micros_since(begin) > order.deadline_us) {
      readings[i] = {.state = ReadingState::Failed, .error = "the deadline passed"};
      continue;
    }
    readings[i] = signals_.read(signal, order.request, *texts_, order.known, order.spending);
    readings[i].micros = micros_since(start);
  }
  // Models last, all together; they keep the deadline themselves.
  models::Deadline deadline;
  if (order.deadline_us >= 0) deadline = begin + std::chrono::microseconds(order.deadline_us);
  signals_.ask(order.wanted, order.request, *texts_, deadline);
  for (size_t i = 0; i < readings.size(); ++i) {
    if (signals_.asks_models(order.wanted[i])) readings[i] = signals_.read(order.wanted[i], order.request, *texts_, order.known, order.spending);
  }
  return readings;
}

int64_t SignalReader::prompt_tokens(const Request& request) { return signals::prompt_tokens(request); }

}  // namespace sbx
