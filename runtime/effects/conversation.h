// SPDX-License-Identifier: Apache-2.0
// The messages of a body, whatever its dialect: what may be said more shortly, and what may only go together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/effects/edit_json.h"
#include "runtime/request/request.h"

namespace sbx::effects {

/// A text, where it stands in the body.
struct Said {
  JsonContainer* holder = nullptr;
  JsonItem* item = nullptr;
  bool is_result = false;  // of a tool
};

/// An element of the list of messages. A message of a user with results of tools in it is a Result, also where it says something besides.
struct Entry {
  enum class Kind { System, User, Assistant, Result };
  JsonItem* item = nullptr;
  Kind kind = Kind::User;
  bool asks = false;   // a user says something
  bool stays = false;  // there is an image in it, a file, or what is not known here
  std::vector<Said> texts;
  std::vector<std::string> calls, results;  // ids
  int64_t call_tokens = 0;
  size_t tied_from = 0, tied_to = 0;  // entries that a call shares with its result
};

/// Entries that go together or not at all: from `begin` up to `end`.
struct Range {
  size_t begin = 0, end = 0;
};

struct Conversation {
  std::vector<Entry> entries;
  size_t asked = 0;  // the last message of a user that says something; 0 where there is none

  /// Texts of tools' results that are there, the oldest first.
  [[nodiscard]] std::vector<Said> results() const;
  /// What users and assistants said before the last turn of the user, the oldest first.
  [[nodiscard]] std::vector<Said> history() const;
  /// Turns before the one of `asked` that can go: messages of a user with all that answers them.
  [[nodiscard]] std::vector<Range> old_turns() const;
  /// Calls of tools with their results, of the turn of `asked`, that can go: all but the last, and what is with `asked`.
  [[nodiscard]] std::vector<Range> old_steps() const;
};

/// The pointers are into `body`, and hold as long as it does.
[[nodiscard]] Conversation conversation_of(JsonContainer& body, Dialect dialect);

}  // namespace sbx::effects
