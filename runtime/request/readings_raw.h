// SPDX-License-Identifier: Apache-2.0
// Numbers and labels of readings, for the files of this room that read them from JSON and from short forms.
#pragma once

#include <string_view>

#include "runtime/base/result.h"
#include "runtime/program/reading.h"
#include "runtime/program/types.h"

namespace sbx {

/// A number as JSON writes it (`-1.25e3`) in the raw unit of a numeric type, rounded half away from zero. R0733 if it is none, or outside
/// the type's range. Durations are seconds.
[[nodiscard]] Result<int64_t> raw_of_number(std::string_view text, const Type& type);

/// R0733 if the label is not a member.
[[nodiscard]] Result<Reading> label_reading(std::string_view label, const Type& type);

}  // namespace sbx
