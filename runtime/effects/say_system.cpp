// SPDX-License-Identifier: Apache-2.0
// `persona = expert`: its text before what the request's system says, or in its place.
#include "runtime/effects/action.h"

namespace sbx::effects {

namespace {

bool is_system(JsonContainer& list, JsonItem& item) {
  JsonContainer* message = list.object(&item);
  if (message == nullptr) return false;
  const std::string role = message->text_of("role");
  return role == "system" || role == "developer";
}

// Put before a string, or as a part before others. Whether it could be.
bool put_before(JsonContainer& holder, std::string_view key, const std::string& text) {
  JsonItem* content = holder.find(key);
  if (JsonContainer* parts = holder.array(content)) {
    parts->prepend(R"({"type":"text","text":)" + json_text(text) + "}");
    return true;
  }
  if (content == nullptr || !holder.json(*content).starts_with('"')) return false;
  holder.set(key, before_json_text(text + "\n\n", holder.json(*content)));
  return true;
}

void say_in_chat(Call& call, const std::string& text, bool replaces) {
  JsonContainer* messages = call.body.array(call.body.find("messages"));
  if (messages == nullptr) return call.leave_out("persona", "the request has no list of messages");
  JsonItem* first = messages->items().empty() ? nullptr : &messages->items().front();
  if (replaces) {
    for (JsonItem& item : messages->items()) item.removed |= is_system(*messages, item);
  } else if (first != nullptr && is_system(*messages, *first) && put_before(*messages->object(first), "content", text)) {
    return;  // many templates take one message of the system, at the start
  }
  messages->prepend(R"({"role":"system","content":)" + json_text(text) + "}");
}

void say_in_responses(Call& call, const std::string& text, bool replaces) {
  if (!replaces && put_before(call.body, "instructions", text)) return;
  call.body.set("instructions", json_text(text));
  JsonContainer* input = replaces ? call.body.array(call.body.find("input")) : nullptr;
  if (input == nullptr) return;
  for (JsonItem& item : input->items()) item.removed |= is_system(*input, item);
}

void say_in_messages(Call& call, const std::string& text, bool replaces) {
  if (replaces || !put_before(call.body, "system", text)) call.body.set("system", json_text(text));
}

}  // namespace

const std::string* said_by_persona(const Call& call) {
  const Target* persona = call.manifest.target("persona", call.word("persona"));
  if (persona == nullptr) return nullptr;
  const std::string* replaced = persona->text("replace");
  return replaced != nullptr ? replaced : persona->text("inject");
}

void say_system(Call& call) {
  const std::string* text = said_by_persona(call);
  if (text == nullptr) return;
  const bool replaces = call.manifest.target("persona", call.word("persona"))->text("replace") != nullptr;
  switch (call.request.dialect) {
    case Dialect::Chat:
      return say_in_chat(call, *text, replaces);
    case Dialect::Responses:
      return say_in_responses(call, *text, replaces);
    case Dialect::Messages:
      return say_in_messages(call, *text, replaces);
    case Dialect::Embeddings:
      return call.leave_out("persona", "nobody speaks in an embedding");
  }
}

}  // namespace sbx::effects
