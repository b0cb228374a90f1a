// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/time_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace sbx::gateway {

std::string time_text(int64_t us) {
  const std::time_t seconds = us / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> date{};
  const size_t length = std::strftime(date.data(), date.size(), "%FT%T", &parts);
  std::array<char, 8> rest{};
  std::snprintf(rest.data(), rest.size(), ".%03dZ", static_cast<int>(us / 1000 % 1000));
  return std::string(date.data(), length) + rest.data();
}

}  // namespace sbx::gateway
