// SPDX-License-Identifier: Apache-2.0
// How settings write amounts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbx::gateway {

/// `500ms`, `2s`, `1.5s`, `1m`, `1h`, in milliseconds. Nothing without a unit, below zero, or with a part of a millisecond.
[[nodiscard]] std::optional<int64_t> parse_duration(std::string_view text);
/// `4096`, `64KiB`, `32MiB`, `1GiB`, `1kB`, `1MB`, `1GB`, in bytes.
[[nodiscard]] std::optional<int64_t> parse_size(std::string_view text);
/// `0.25` or `25%`, as a share of one. Nothing outside of 0 to 1.
[[nodiscard]] std::optional<double> parse_share(std::string_view text);
/// A whole number in digits.
[[nodiscard]] std::optional<int64_t> parse_whole(std::string_view text);

}  // namespace sbx::gateway
