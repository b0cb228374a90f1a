// SPDX-License-Identifier: Apache-2.0
// From argv to the chosen command, with every mistake told in our own words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/command.h"

namespace CLI {
class App;
}

namespace sbx::driver {

/// The arguments with commands of two words as one: `train signal` is `train-signal`, `eval signal` is `eval-signal`.
[[nodiscard]] std::vector<char*> with_one_command(int count, char** arguments);

/// Reads the arguments into `app`. Nothing if a command can run; else the exit status (help was printed, or a mistake reported).
[[nodiscard]] std::optional<int> read_arguments(CLI::App& app, int count, char** arguments, const Common& common);

/// What is wrong with a text where a whole number between two is wanted; empty if nothing is.
[[nodiscard]] std::string no_number_between(uint64_t least, uint64_t most, const std::string& text);

/// A length of time as policies write it, `200ms`, in microseconds; nothing if it is none.
[[nodiscard]] std::optional<int64_t> duration_us(const std::string& text);

}  // namespace sbx::driver
