// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/serving.h"

#include <simdjson.h>

#include <atomic>
#include <random>

namespace sbx::gateway {

std::optional<std::string> text_member(std::string_view json, std::string_view name) {
  simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(json.data(), json.size())[name].get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

std::optional<int64_t> number_member(std::string_view json, std::string_view name) {
  simdjson::dom::parser parser;
  int64_t number = 0;
  if (parser.parse(json.data(), json.size())[name].get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

// 64 bits that were drawn for this process, and 32 that count on: unique without a lock, and no id tells another but its neighbours.
std::string new_id() {
  static const uint64_t process = [] {
    std::random_device device;
    return (uint64_t{device()} << 32) | device();
  }();
  static std::atomic<uint32_t> counter{std::random_device{}()};
  const uint64_t words[2] = {process, counter++};
  std::string id(24, '0');
  for (int i = 0; i < 24; ++i) {
    const uint64_t nibble = i < 16 ? words[0] >> (60 - 4 * i) : words[1] >> (28 - 4 * (i - 16));
    id[static_cast<size_t>(i)] = "0123456789abcdef"[nibble & 15];
  }
  return id;
}

}  // namespace sbx::gateway
