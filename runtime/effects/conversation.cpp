// SPDX-License-Identifier: Apache-2.0
#include "runtime/effects/conversation.h"

#include <algorithm>
#include <map>

#include "runtime/text/tokens.h"

namespace sbx::effects {

namespace {

using Kind = Entry::Kind;

constexpr int64_t kCall = 8;  // as prompt_tokens counts one

bool is_empty_list(JsonContainer& holder, std::string_view key) {
  JsonContainer* list = holder.array(holder.find(key));
  return list == nullptr || list->left() == 0;
}

void read_call(Entry& entry, std::string id, std::string_view json) {
  entry.call_tokens += kCall + text::estimate_tokens(json);
  if (!id.empty()) entry.calls.push_back(std::move(id));
}

// Reads what the decoder of the dialect takes for text; what it passes by stays.
struct Reader {
  Entry& entry;
  Dialect dialect;

  // A string, or a list of parts.
  void content(JsonContainer& holder, std::string_view key, bool is_result) {
    JsonItem* item = holder.find(key);
    if (item == nullptr) return;
    if (holder.json(*item).starts_with('"')) return text(holder, item, is_result);
    JsonContainer* parts = holder.array(item);
    if (parts == nullptr) {
      entry.stays = true;
      return;
    }
    for (JsonItem& one : parts->items()) {
      if (JsonContainer* inner = parts->object(&one)) {
        part(*inner, parts->json(one), is_result);
      } else if (parts->json(one).starts_with('"')) {
        text(*parts, &one, is_result);
      }
    }
  }

 private:
  void text(JsonContainer& holder, JsonItem* item, bool is_result) {
    if (item == nullptr) return;
    entry.asks |= !is_result;
    entry.texts.push_back({&holder, item, is_result});
  }

  void part(JsonContainer& part, std::string_view json, bool is_result) {
    const std::string type = part.text_of("type");
    const bool is_text = type == "text" || (dialect == Dialect::Responses && (type == "input_text" || type == "output_text"));
    // What is cited from elsewhere is cited by places in the text.
    const bool is_cited = !is_empty_list(part, "citations") || !is_empty_list(part, "annotations");
    if (is_text && !is_cited) return text(part, part.find("text"), is_result);
    if (is_text || (type == "refusal" && dialect != Dialect::Messages)) {
      entry.asks |= !is_result && part.find(is_text ? "text" : "refusal") != nullptr;
    } else if (dialect == Dialect::Messages) {
      block(part, type, json);
    } else {
      entry.stays = true;
    }
  }

  // What only Anthropic has within a message.
  void block(JsonContainer& block, std::string_view type, std::string_view json) {
    if (type.ends_with("tool_use")) {
      read_call(entry, block.text_of("id"), json);
    } else if (type.ends_with("tool_result")) {
      entry.results.push_back(block.text_of("tool_use_id"));
      if (type == "tool_result") content(block, "content", true);
    } else if (type != "thinking" && type != "redacted_thinking") {
      entry.stays = true;
    }
  }
};

// As the decoders have it: a role that the dialect does not know is a user's.
Kind kind_of(std::string_view role, Dialect dialect) {
  if (role == "assistant") return Kind::Assistant;
  if (role == "system" || (role == "developer" && dialect != Dialect::Messages)) return Kind::System;
  return (role == "tool" || role == "function") && dialect == Dialect::Chat ? Kind::Result : Kind::User;
}

void read_message(Entry& entry, JsonContainer& message, Dialect dialect) {
  entry.kind = kind_of(message.text_of("role"), dialect);
  Reader{entry, dialect}.content(message, "content", entry.kind == Kind::Result);
  if (entry.kind == Kind::User && !entry.results.empty()) entry.kind = Kind::Result;
  if (entry.kind == Kind::Assistant) entry.stays |= message.find("audio") != nullptr;
  if (std::string id = message.text_of("tool_call_id"); !id.empty()) entry.results.push_back(std::move(id));
  if (JsonContainer* calls = message.array(message.find("tool_calls"))) {
    for (JsonItem& item : calls->items()) {
      if (JsonContainer* call = calls->object(&item)) read_call(entry, call->text_of("id"), calls->json(item));
    }
  }
  if (const JsonItem* old = message.find("function_call")) read_call(entry, {}, message.json(*old));
}

// Of the dialect `responses`, where calls and their outputs stand beside messages.
void read_item(Entry& entry, JsonContainer& item) {
  const std::string type = item.text_of("type");
  if (type.ends_with("_output")) {
    entry.kind = Kind::Result;
    entry.results.push_back(item.text_of("call_id"));
    Reader{entry, Dialect::Responses}.content(item, "output", true);
  } else if (type.ends_with("_call")) {
    entry.kind = Kind::Assistant;
    std::string arguments = item.text_of("arguments") + item.text_of("input");
    read_call(entry, item.text_of("call_id"), arguments);
  } else if (type.empty() || type == "message") {
    read_message(entry, item, Dialect::Responses);
  } else {
    entry.kind = Kind::Assistant;
    entry.stays = type != "reasoning";
  }
}

// A call and its result are tied. Ids may come again in a later turn: a result belongs to the last call before it.
void tie(std::vector<Entry>& entries) {
  std::map<std::string, size_t, std::less<>> called;
  for (size_t i = 0; i < entries.size(); ++i) {
    entries[i].tied_from = entries[i].tied_to = i;
    for (const std::string& id : entries[i].calls) called[id] = i;
    for (const std::string& id : entries[i].results) {
      const auto call = called.find(id);
      if (call == called.end()) continue;
      entries[i].tied_from = std::min(entries[i].tied_from, call->second);
      entries[call->second].tied_to = i;
    }
  }
}

}  // namespace

Conversation conversation_of(JsonContainer& body, Dialect dialect) {
  Conversation conversation;
  JsonContainer* list = body.array(body.find(dialect == Dialect::Responses ? "input" : "messages"));
  if (list == nullptr) return conversation;
  for (JsonItem& item : list->items()) {
    JsonContainer* message = list->object(&item);
    if (message == nullptr) continue;
    Entry& entry = conversation.entries.emplace_back();
    entry.item = &item;
    if (dialect == Dialect::Responses) {
      read_item(entry, *message);
    } else {
      read_message(entry, *message, dialect);
    }
    const bool is_users = entry.kind == Kind::User || entry.kind == Kind::Result;
    if (is_users && entry.asks) conversation.asked = conversation.entries.size() - 1;
  }
  tie(conversation.entries);
  return conversation;
}

}  // namespace sbx::effects
