// SPDX-License-Identifier: Apache-2.0
// All kinds of signals there are. A new one is a declaration in stdlib/, a file here and a row in builtin.cpp.
#pragma once

#include <span>

#include "runtime/signals/signal.h"

namespace sbx::signals {

/// The kinds that stdlib/ declares, and no others.
[[nodiscard]] std::span<const SignalKind> builtin_kinds();
/// The kinds that the compiler makes of `budget`, `table`, inputs `from gateway` and given signals.
[[nodiscard]] std::span<const SignalKind> policy_kinds();
/// The row of either list, or null.
[[nodiscard]] const SignalKind* find_kind(std::string_view name);

}  // namespace sbx::signals
