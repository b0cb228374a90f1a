// SPDX-License-Identifier: Apache-2.0
// What is wrong with the arguments of a signal beyond their types: for the compiler, before there is a program.
#pragma once

#include <optional>

#include "runtime/base/result.h"
#include "runtime/program/manifest.h"

namespace sbx::signals {

/// Why a signal cannot be bound to its arguments: a pattern that is refused (E0330), a keyword that is (E0331), a time zone that
/// does not exist (E0332), or an argument out of place (E0306). `info` needs its kind, arguments and type.
[[nodiscard]] std::optional<Error> validate(const SignalInfo& info);

}  // namespace sbx::signals
