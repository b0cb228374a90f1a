// SPDX-License-Identifier: Apache-2.0
// A text or a number of a request as a reading of the type that a policy declares for it.
#pragma once

#include <optional>
#include <string_view>

#include "runtime/program/reading.h"
#include "runtime/program/types.h"

namespace sbx::signals {

/// `text` as `type`: a label that is no member, a number that is none, are unknown. Sets are separated by commas, a duration has a unit
/// (`200ms`, `5s`, `2m`, `1h`), money may begin with `$`.
[[nodiscard]] Reading typed(std::string_view text, const Type& type);
/// Nothing is unknown.
[[nodiscard]] Reading typed(const std::optional<std::string>& text, const Type& type);
/// A constant of a table's row.
[[nodiscard]] Reading typed(const Constant& constant, const Type& type);

}  // namespace sbx::signals
