// SPDX-License-Identifier: Apache-2.0
// Readings as people and files give them, and as they are printed: JSON (docs/cli.md#2-requests-and-readings), the short forms of the
// command line, and constants of a policy. All end in the raw integers of runtime/program/types.h, rounded once, half away from zero.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/program/reading.h"
#include "runtime/program/types.h"

namespace sbx {

/// A reading in JSON: `true`, `3.5`, `"label"`, `["a"]`, `{"value", "confidence"}`, `{"scores"}`, `{"spans"}`, `{"state", "error"}`. R0733
/// for what is not a reading of this type.
[[nodiscard]] Result<Reading> parse_reading(std::string_view json, const Type& type);

/// A reading of the command line: JSON, or `law`, `law:0.91`, `0.91`, `$5`, `200ms`, `32k`, `a,b`, `?` (unknown), `!` (failed).
[[nodiscard]] Result<Reading> parse_short_reading(std::string_view text, const Type& type);

/// A policy's constant as a reading: `or else` and the readings of tests.
[[nodiscard]] Result<Reading> to_reading(const Constant& constant, std::optional<Decimal> confidence, const Type& type);

/// An unknown reading, a failed one.
[[nodiscard]] Reading unknown_reading();
[[nodiscard]] Reading failed_reading(std::string why);

/// The value as JSON: a Boolean, a number in the unit of `parse_reading` (durations in seconds, money in dollars), a string, a list; `null`
/// for none.
[[nodiscard]] std::string value_json(const Reading& reading, const Type& type);
/// A raw integer of a numeric type as a decimal in that unit.
[[nodiscard]] Decimal to_decimal(int64_t raw, TypeKind kind);

}  // namespace sbx
