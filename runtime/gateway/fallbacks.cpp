// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/fallbacks.h"

#include <algorithm>

namespace sbx::gateway {

std::string_view class_of(int status) {
  if (status == 429) return "429";
  return status >= 500 ? "5xx" : "4xx";
}

std::string_view class_of(http::CallEnd end) {
  if (end == http::CallEnd::TimedOut) return "timeout";
  return end == http::CallEnd::Malformed ? "malformed" : "unavailable";
}

bool leads_on(std::string_view outcome, int status, const Attempt& attempt) {
  static const std::vector<std::string> kDefault{"timeout", "5xx", "429", "unavailable"};
  const std::string number = std::to_string(status);
  return std::ranges::any_of(attempt.on.empty() ? kDefault : attempt.on, [&](const std::string& one) { return one == outcome || one == number; });
}

}  // namespace sbx::gateway
