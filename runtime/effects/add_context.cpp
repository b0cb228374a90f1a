// SPDX-License-Identifier: Apache-2.0
// `retriever = handbook`: what was found stands before the last text of the user's.
#include "runtime/effects/add_context.h"

#include <algorithm>
#include <ranges>

#include "runtime/effects/edit_json.h"
#include "runtime/effects/redactor.h"
#include "runtime/text/tokens.h"

namespace sbx::effects {

namespace {

/// Before a text, or before the first text among parts. Whether there is one.
bool put_before(JsonContainer& holder, std::string_view key, const std::string& text) {
  JsonItem* content = holder.find(key);
  if (content == nullptr) return false;
  if (JsonContainer* parts = holder.array(content)) {
    return std::ranges::any_of(parts->items(), [&](JsonItem& item) {
      JsonContainer* part = parts->object(&item);
      const std::string type = part == nullptr ? std::string() : part->text_of("type");
      return (type == "text" || type == "input_text") && put_before(*part, "text", text);
    });
  }
  if (!holder.json(*content).starts_with('"')) return false;
  holder.set(key, before_json_text(text + "\n\n", holder.json(*content)));
  return true;
}

bool put_before_last_user(JsonContainer& body, std::string_view key, const std::string& text) {
  JsonContainer* messages = body.array(body.find(key));
  if (messages == nullptr) return key == "input" && put_before(body, key, text);
  return std::ranges::any_of(messages->items() | std::views::reverse, [&](JsonItem& item) {
    JsonContainer* message = messages->object(&item);
    return message != nullptr && message->text_of("role") == "user" && put_before(*message, "content", text);
  });
}

}  // namespace

Context context_of(const std::string& lead, const std::vector<Passage>& passages, std::optional<int64_t> most_tokens) {
  Context context{lead};
  int64_t left = most_tokens.value_or(INT64_MAX);
  for (const Passage& passage : passages) {
    const std::string one =
        "[" + std::to_string(context.passages + 1) + "]" + (passage.source.empty() ? "" : " " + passage.source) + "\n" + passage.text;
    left -= text::estimate_tokens(one);
    if (left < 0) break;
    context.text += "\n\n" + one;
    ++context.passages;
  }
  return context;
}

Result<std::optional<std::string>> with_context(std::string_view body, Dialect dialect, const std::string& text) {
  Result<JsonDocument> document = JsonDocument::open(body);
  if (!document) return document.error();
  const bool is_put =
      dialect != Dialect::Embeddings && put_before_last_user(document->root(), dialect == Dialect::Responses ? "input" : "messages", text);
  return is_put ? std::optional(document->finish()) : std::nullopt;
}

std::string query_for(const Manifest& manifest, const Attempt& attempt, const Request& request) {
  Redactor redactor(redacted_kinds(manifest, attempt), request.text);
  return redactor.redact(request.text, redactor.find(request.text));
}

}  // namespace sbx::effects
