// SPDX-License-Identifier: Apache-2.0
// Exact decimals in 64 bits: everything is computed in 128 bits and refused when it does not fit back.
#include "runtime/base/decimal.h"

#include <cstdlib>

namespace sbx {
namespace {

using Wide = __int128;

constexpr int MaxDigits = 18;
constexpr int64_t MaxMagnitude = 999'999'999'999'999'999;  // 18 nines

Wide power_of_ten(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Drops trailing zeros after the point; nothing if the digits do not fit.
std::optional<Decimal> normalise(Wide digits, int scale) {
  while (scale > 0 && digits % 10 == 0) {
    digits /= 10;
    --scale;
  }
  if (digits > MaxMagnitude || digits < -Wide{MaxMagnitude} || scale > MaxDigits) return std::nullopt;
  return Decimal{static_cast<int64_t>(digits), scale};
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;

  // Zeros are held back until a digit follows, so that 1.000000000000000000000 needs no room for them.
  Wide digits = 0;
  int scale = 0;
  int held_zeros = 0;
  bool after_point = false;
  for (char c : text) {
    if (c == '.') {
      if (after_point) return std::nullopt;
      after_point = true;
      digits *= power_of_ten(held_zeros);
      held_zeros = 0;
      continue;
    }
    if (!is_digit(c)) return std::nullopt;
    if (c == '0') {
      ++held_zeros;
      if (digits != 0 && !after_point && held_zeros > MaxDigits) return std::nullopt;
      if (digits == 0 && !after_point) held_zeros = 0;
      continue;
    }
    int shift = held_zeros + 1;
    if (shift > MaxDigits + 1) return std::nullopt;
    digits = digits * power_of_ten(shift) + (c - '0');
    if (after_point) scale += shift;
    held_zeros = 0;
    if (digits > MaxMagnitude || scale > MaxDigits) return std::nullopt;
  }
  if (!after_point) digits *= power_of_ten(held_zeros);
  return normalise(negative ? -digits : digits, scale);
}

std::optional<Decimal> multiply(Decimal value, int64_t factor) { return normalise(Wide{value.digits} * factor, value.scale); }

std::optional<Decimal> shift_right(Decimal value, int places) {
  if (places < 0 || value.scale + places > 2 * MaxDigits) return std::nullopt;
  return normalise(value.digits, value.scale + places);
}

std::optional<int64_t> scaled(Decimal value, int places, Rounding rounding, bool* exact) {
  if (exact) *exact = true;
  int shift = places - value.scale;
  if (shift > MaxDigits) {
    if (value.digits == 0) return 0;
    return std::nullopt;
  }
  Wide result = value.digits;
  if (shift >= 0) {
    result *= power_of_ten(shift);
  } else {
    // Beyond 36 places nothing but the sign is left of an 18-digit number.
    Wide divisor = power_of_ten(-shift > 2 * MaxDigits ? 2 * MaxDigits : -shift);
    Wide remainder = result % divisor;
    result /= divisor;
    if (remainder != 0) {
      if (exact) *exact = false;
      bool negative = remainder < 0;
      if (rounding == Rounding::Down && negative) --result;
      if (rounding == Rounding::Up && !negative) ++result;
      if (rounding == Rounding::HalfAwayFromZero && (negative ? -remainder : remainder) * 2 >= divisor) result += negative ? -1 : 1;
    }
  }
  if (result > INT64_MAX || result < INT64_MIN) return std::nullopt;
  return static_cast<int64_t>(result);
}

int compare(Decimal a, Decimal b) {
  // Both scales are at most 18, so neither side needs more than 36 digits.
  Wide left = Wide{a.digits} * power_of_ten(b.scale > a.scale ? b.scale - a.scale : 0);
  Wide right = Wide{b.digits} * power_of_ten(a.scale > b.scale ? a.scale - b.scale : 0);
  return left < right ? -1 : left > right ? 1 : 0;
}

std::string to_string(Decimal value) {
  std::string text = std::to_string(value.digits < 0 ? -value.digits : value.digits);
  if (value.scale > 0) {
    auto places = static_cast<size_t>(value.scale);
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, 1, '.');
  }
  return value.digits < 0 ? "-" + text : text;
}

}  // namespace sbx
