// SPDX-License-Identifier: Apache-2.0
#include "runtime/request/dialect.h"

#include <algorithm>
#include <array>

#include "runtime/request/decoders.h"

namespace sbx {

namespace {

// Kinds of content that only Anthropic's Messages have. `text` and `image_url` say nothing, `image` does by its `source`.
bool is_anthropic(json::Object part) {
  constexpr std::array<std::string_view, 8> kKinds = {"tool_use", "tool_result",     "thinking",      "redacted_thinking",
                                                      "document", "server_tool_use", "search_result", "web_search_tool_result"};
  const std::string_view kind = json::loose_text(part, "type");
  if (kind == "image") return json::member(part, "source").has_value();
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

bool has_anthropic_parts(json::Element messages) {
  json::Array list;
  if (messages.get(list) != simdjson::SUCCESS) return false;
  for (const json::Element message : list) {
    json::Object fields;
    json::Array parts;
    if (message.get(fields) != simdjson::SUCCESS) continue;
    const auto content = json::member(fields, "content");
    if (!content || content->get(parts) != simdjson::SUCCESS) continue;
    for (const json::Element part : parts) {
      json::Object object;
      if (part.get(object) == simdjson::SUCCESS && is_anthropic(object)) return true;
    }
  }
  return false;
}

}  // namespace

std::string_view to_string(Dialect dialect) {
  switch (dialect) {
    case Dialect::Chat:
      return "chat";
    case Dialect::Responses:
      return "responses";
    case Dialect::Messages:
      return "messages";
    case Dialect::Embeddings:
      return "embeddings";
  }
  return {};
}

std::optional<Dialect> parse_dialect(std::string_view name) {
  for (const Dialect dialect : {Dialect::Chat, Dialect::Responses, Dialect::Messages, Dialect::Embeddings}) {
    if (to_string(dialect) == name) return dialect;
  }
  return std::nullopt;
}

std::optional<Dialect> dialect_of_path(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/chat/completions")) return Dialect::Chat;
  if (path.ends_with("/responses")) return Dialect::Responses;
  if (path.ends_with("/messages") || path.ends_with("/messages/count_tokens")) return Dialect::Messages;
  if (path.ends_with("/embeddings")) return Dialect::Embeddings;
  return std::nullopt;
}

Dialect dialect_of_shape(json::Object body, bool has_anthropic_header) {
  if (json::member(body, "input")) return Dialect::Responses;
  const auto messages = json::member(body, "messages");
  if (!messages) return Dialect::Chat;
  if (has_anthropic_header || json::member(body, "system") || has_anthropic_parts(*messages)) return Dialect::Messages;
  return Dialect::Chat;
}

}  // namespace sbx
