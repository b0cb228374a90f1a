// SPDX-License-Identifier: Apache-2.0
// Text on its way out: findings, failures, results. Nothing here decides what to say.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "compiler/driver/command.h"
#include "runtime/base/result.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::driver {

/// Whether `stream` gets colour: --color, then NO_COLOR, then whether it is a terminal.
[[nodiscard]] bool is_colored(const Common& common, std::FILE* stream);

/// The findings at least as grave as `least` as text, with an empty line after each.
void print_findings(const Diagnostics& diags, const SourceSet& sources, const Common& common, std::FILE* stream,
                    Severity least = Severity::Note);

/// Prints a failure that has no place in a policy to stderr and returns the status for misuse.
int fail(const Common& common, Kind kind, std::string message, std::string help = {});
int fail(const Common& common, const Error& error);

/// Writes a result to stdout.
void print(std::string_view text);

/// "1 error", "2 errors".
[[nodiscard]] std::string counted(size_t count, std::string_view thing);

}  // namespace sbx::driver
