// SPDX-License-Identifier: Apache-2.0
// A request in the making: what an envelope can say, in the order in which it is said.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/request/request.h"

namespace sbx::witness {

struct Draft {
  Dialect dialect = Dialect::Chat;
  std::optional<std::string> path;  // none: as the dialect has it
  std::string model = "auto";
  std::vector<std::string> text;     // pieces of what the user says last
  std::vector<std::string> earlier;  // of what the assistant said before
  std::vector<std::string> system;
  std::optional<std::string> exact_text;  // instead of `text`
  int64_t padding = 0;                    // neutral words after it
  std::string filler = "well";
  int64_t turns = 1;                // messages of the user
  std::optional<int64_t> messages;  // in all; none: as few as that takes
  int64_t replies = 0;                    // of the assistant, at least
  int64_t tool_calls = 0, tool_results = 0;  // in them
  std::vector<std::string> tools;
  std::optional<std::string> tool_choice;
  int64_t images = 0, audio = 0;
  std::string format = "text";
  bool stream = false, open_tool_loop = false;
  std::optional<int64_t> max_tokens;
  std::optional<std::string> temperature;  // a decimal
  std::map<std::string, std::string> headers, metadata;
  std::map<std::string, std::string> user, session;  // id, tier … and id, previous_model
  std::optional<int64_t> idle_ms;
  std::optional<std::vector<std::string>> roles, groups;
  std::vector<std::pair<std::string, std::string>> events;  // type and severity
  std::string time = "2026-05-04T09:30:00Z";
  std::map<std::string, std::string> readings;  // by signal, JSON
};

/// The envelope, JSON on one line; the same for the same draft.
[[nodiscard]] std::string envelope(const Draft& draft);

}  // namespace sbx::witness
