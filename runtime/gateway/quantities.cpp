// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/quantities.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sbx::gateway {

namespace {

constexpr std::array<std::pair<std::string_view, int64_t>, 4> kDurations{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::array<std::pair<std::string_view, int64_t>, 8> kSizes{
    {{"", 1}, {"B", 1}, {"kB", 1000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};
constexpr size_t kLongestNumber = 12;  // so that no product overflows

/// The number in thousandths, and what follows it.
std::optional<std::pair<int64_t, std::string_view>> split(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > kLongestNumber) return std::nullopt;
  int64_t thousandths = *parse_whole(text.substr(0, digits)) * 1000;
  text.remove_prefix(digits);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const size_t places = std::min(text.find_first_not_of("0123456789"), text.size());
    if (places == 0 || places > 3) return std::nullopt;
    int64_t part = *parse_whole(text.substr(0, places));
    for (size_t i = places; i < 3; ++i) part *= 10;
    thousandths += part;
    text.remove_prefix(places);
  }
  return std::pair{thousandths, text};
}

template <size_t N>
std::optional<int64_t> measure(std::string_view text, const std::array<std::pair<std::string_view, int64_t>, N>& units) {
  const auto number = split(text);
  if (!number) return std::nullopt;
  std::string_view unit = number->second;
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& [name, factor] : units) {
    int64_t product = 0;
    if (name != unit) continue;
    if (__builtin_mul_overflow(number->first, factor, &product) || product % 1000 != 0) return std::nullopt;
    return product / 1000;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> parse_whole(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.starts_with('-')) return std::nullopt;
  return value;
}

std::optional<int64_t> parse_duration(std::string_view text) { return measure(text, kDurations); }

std::optional<int64_t> parse_size(std::string_view text) { return measure(text, kSizes); }

std::optional<double> parse_share(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (percent) value /= 100;
  if (!(value >= 0 && value <= 1)) return std::nullopt;
  return value;
}

}  // namespace sbx::gateway
