// SPDX-License-Identifier: Apache-2.0
// One observation: a value, or why there is none. A failure is a reading, never an exception.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sbx {

enum class ReadingState : uint8_t { Pending, Known, Unknown, Failed, Skipped };
enum class ReadingSource : uint8_t { Given, Computed, Cached, OrElse };

/// Characters [start, end) of the text, in code points.
struct TextSpan { uint32_t start = 0, end = 0; std::string label; };

/// `value` by the type of its signal: bool; int64 in the raw unit of the type (types.h); the text, or the label's name; the members of a set.
struct Reading {
  ReadingState state = ReadingState::Pending;
  std::variant<std::monostate, bool, int64_t, std::string, std::vector<std::string>> value;
  std::optional<int64_t> confidence;                       // millionths
  std::vector<std::pair<std::string, int64_t>> scores;     // by member, millionths
  std::vector<TextSpan> spans;
  std::string error;                                       // Failed: why
  ReadingSource source = ReadingSource::Computed;
  bool truncated = false;
  int64_t micros = 0;                                      // time it took
};

}  // namespace sbx
