// SPDX-License-Identifier: Apache-2.0
// A request as every dialect says it: who asks, whom for, with what. Plain data, read once from bytes (decode.h) and never changed
// while it is decided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx {

enum class Dialect : uint8_t { Chat, Responses, Messages, Embeddings };
/// `chat`, `responses`, `messages`, `embeddings`.
[[nodiscard]] std::string_view to_string(Dialect dialect);
[[nodiscard]] std::optional<Dialect> parse_dialect(std::string_view name);

/// `developer` counts as System, `function` as Tool; a role that no dialect knows is a User's.
enum class Role : uint8_t { System, User, Assistant, Tool };
[[nodiscard]] std::string_view to_string(Role role);

/// One piece of a message. `text`: of Text and Thinking what is said, of ToolUse the arguments as JSON, of ToolResult the result's text,
/// of Image, Audio and File the URL or file id (never inline data). `name` is the tool's or the file's, `id` ties a call to its result.
struct Part {
  enum class Kind : uint8_t { Text, Image, Audio, File, ToolUse, ToolResult, Thinking };
  Kind kind = Kind::Text;
  std::string text;
  std::string name;
  std::string id;
};

struct Message {
  Role role = Role::User;
  std::vector<Part> parts;
};

struct Tool {
  std::string name;
  std::string description;
};

enum class ToolChoice : uint8_t { Auto, None, Required, Tool };
enum class Format : uint8_t { Text, Json, JsonSchema };
/// `auto none required tool`, `text json json_schema`.
[[nodiscard]] std::string_view to_string(ToolChoice choice);
[[nodiscard]] std::string_view to_string(Format format);

struct Event {
  std::string type;
  std::string severity;
};

/// Who asks, as the gateway says (the envelope). Absent is not empty.
struct User {
  std::optional<std::string> id, tier, region, team;
  std::optional<std::vector<std::string>> roles, groups;
};

struct Session {
  std::optional<std::string> id;
  std::optional<std::string> previous_model;
  std::optional<int64_t> idle_ms;
  /// The last message of the assistant calls a tool, and no user has spoken since: the next turn is a step of that loop.
  bool open_tool_loop = false;
};

/// A reading given with the request, as JSON; its signal's type is known to a policy only (parse_reading in readings.h).
struct GivenReading {
  std::string name;
  std::string json;
};

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Dialect dialect = Dialect::Chat;
  std::string path;
  std::string id;
  std::string model;  // asked for; empty: none
  std::vector<Message> messages;
  std::vector<Tool> tools;
  std::optional<ToolChoice> tool_choice;
  std::string tool_choice_name;  // ToolChoice::Tool
  Format format = Format::Text;
  bool stream = false;
  std::optional<int64_t> max_tokens;   // output asked for
  std::optional<int64_t> temperature;  // millionths
  NamedTexts metadata;                 // the body's, then the envelope's, which wins
  NamedTexts headers;                  // names in lower case; the last of a name counts
  User user;
  Session session;
  std::vector<Event> events;
  int64_t time_us = 0;  // since 1970 in UTC
  uint64_t seed = 0;
  std::vector<GivenReading> readings;
  bool has_body = true;  // false: taken from a log of decisions; nothing is known of what it asks of a model but its tokens
  bool has_demand = false;  // without a body: what it asks of a model is known all the same, because the log says it

  // What signals read, made once by summarize(). Pieces are joined by a newline.
  std::string text;         // Text parts of the last message of a user that has any; of `embeddings`, the input
  std::string text_all;     // Text and ToolResult parts of all messages, the system's too, in order
  std::string text_system;  // Text parts of the system's messages
  uint32_t turns = 0;       // messages of users that say something (a bare tool result is not a turn)
  uint32_t images = 0;
  uint32_t audio = 0;

  /// By name, whatever the case of its letters.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> metadata_of(std::string_view key) const;
};

/// Fills the members that follow from the messages: texts, counts, `open_tool_loop`. The decoders call it.
void summarize(Request& request);

}  // namespace sbx
