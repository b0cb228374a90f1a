// SPDX-License-Identifier: Apache-2.0
#include "runtime/request/request.h"

#include <algorithm>

namespace sbx {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool says_something(const Message& message) {
  return std::ranges::any_of(message.parts, [](const Part& part) { return part.kind != Part::Kind::ToolResult; });
}

// Calls that the provider answers itself carry their result in the same message.
bool calls_a_tool(const Message& message) {
  return std::ranges::any_of(message.parts, [&](const Part& call) {
    if (call.kind != Part::Kind::ToolUse) return false;
    return std::ranges::none_of(
        message.parts, [&](const Part& part) { return part.kind == Part::Kind::ToolResult && part.id == call.id && !call.id.empty(); });
  });
}

void append(std::string& text, const std::string& piece) {
  if (piece.empty()) return;
  if (!text.empty()) text += '\n';
  text += piece;
}

// A loop is open when the last message of the assistant calls a tool and the conversation has not moved on: no user has said anything
// since. Whether results are there already makes no difference, the next turn belongs to the assistant and its tools.
bool is_tool_loop_open(const std::vector<Message>& messages) {
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    if (message->role == Role::System || message->role == Role::Tool) continue;
    if (message->role == Role::User) {
      if (says_something(*message)) return false;
      continue;
    }
    if (calls_a_tool(*message)) return true;
    const bool speaks = std::ranges::any_of(message->parts, [](const Part& part) { return part.kind == Part::Kind::Text; });
    if (speaks) return false;
  }
  return false;
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::System:
      return "system";
    case Role::User:
      return "user";
    case Role::Assistant:
      return "assistant";
    case Role::Tool:
      return "tool";
  }
  return {};
}

std::string_view to_string(ToolChoice choice) {
  switch (choice) {
    case ToolChoice::Auto:
      return "auto";
    case ToolChoice::None:
      return "none";
    case ToolChoice::Required:
      return "required";
    case ToolChoice::Tool:
      return "tool";
  }
  return {};
}

std::string_view to_string(Format format) {
  switch (format) {
    case Format::Text:
      return "text";
    case Format::Json:
      return "json";
    case Format::JsonSchema:
      return "json_schema";
  }
  return {};
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (auto pair = headers.rbegin(); pair != headers.rend(); ++pair) {
    if (same_name(pair->first, name)) return pair->second;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::metadata_of(std::string_view key) const {
  for (auto pair = metadata.rbegin(); pair != metadata.rend(); ++pair) {
    if (pair->first == key) return pair->second;
  }
  return std::nullopt;
}

void summarize(Request& request) {
  request.text.clear();
  request.text_all.clear();
  request.text_system.clear();
  request.turns = request.images = request.audio = 0;
  const Message* last_user = nullptr;
  for (const Message& message : request.messages) {
    bool has_text = false;
    for (const Part& part : message.parts) {
      request.images += part.kind == Part::Kind::Image;
      request.audio += part.kind == Part::Kind::Audio;
      if (part.kind != Part::Kind::Text && part.kind != Part::Kind::ToolResult) continue;
      append(request.text_all, part.text);
      if (part.kind != Part::Kind::Text) continue;
      has_text = true;
      if (message.role == Role::System) append(request.text_system, part.text);
    }
    if (message.role != Role::User) continue;
    if (has_text) last_user = &message;
    request.turns += says_something(message);
  }
  if (last_user != nullptr) {
    for (const Part& part : last_user->parts) {
      if (part.kind == Part::Kind::Text) append(request.text, part.text);
    }
  }
  request.session.open_tool_loop = is_tool_loop_open(request.messages);
}

}  // namespace sbx
