// SPDX-License-Identifier: Apache-2.0
// Exact decimal numbers as a policy writes them: 0.80, 32k, $0.05. Arithmetic in the language is on
// integers (docs/language/numbers.md), so a literal is never a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

/// value = digits * 10^-scale. Normalised: scale >= 0, and digits does not end in 0 while scale > 0.
struct Decimal {
  int64_t digits = 0;
  int scale = 0;

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// The decimal written as `text` (`-12.50`, no exponent, no unit); nothing if it is malformed or needs more than 18 digits.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

/// `value` times an integer; nothing on overflow.
[[nodiscard]] std::optional<Decimal> multiply(Decimal value, int64_t factor);

/// `value` divided by 10^places, exactly; nothing if more than 18 places are needed.
[[nodiscard]] std::optional<Decimal> shift_right(Decimal value, int places);

/// value * 10^places as an integer, rounded down or up; nothing on overflow. `exact` is set to whether nothing was lost.
enum class Rounding { Down, Up, HalfAwayFromZero };
[[nodiscard]] std::optional<int64_t> scaled(Decimal value, int places, Rounding rounding, bool* exact = nullptr);

/// -1, 0 or 1, exactly.
[[nodiscard]] int compare(Decimal a, Decimal b);

/// The shortest text that reads back as `value`: `0.8`, `-3`, `200000`.
[[nodiscard]] std::string to_string(Decimal value);

}  // namespace sbx
