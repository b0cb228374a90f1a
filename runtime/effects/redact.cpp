// SPDX-License-Identifier: Apache-2.0
// `redact add [email, iban]`: texts of all messages go on without them.
#include <algorithm>

#include "runtime/effects/action.h"
#include "runtime/effects/redactor.h"

namespace sbx::effects {

namespace {

void redact_text(Redactor& redactor, JsonContainer& holder, JsonItem* item) {
  const std::optional<std::string> text = holder.text(item);
  if (!text) return;
  const std::vector<PiiSpan> spans = redactor.find(*text);
  if (!spans.empty()) item->replacement = json_text(redactor.redact(*text, spans));
}

void redact_member(Redactor& redactor, JsonContainer& holder, std::string_view key) {
  for (JsonItem& item : holder.items()) {
    if (item.key == key && !item.removed) redact_text(redactor, holder, &item);
  }
}

// A value that is JSON, or a text that holds JSON.
void redact_arguments(Redactor& redactor, JsonContainer& holder, std::string_view key) {
  for (JsonItem& item : holder.items()) {
    if (item.key != key || item.removed) continue;
    const std::optional<std::string> text = holder.text(&item);
    std::string redacted = redactor.redact_json(text ? std::string_view(*text) : holder.json(item));
    if (!redacted.empty()) item.replacement = text ? json_text(redacted) : std::move(redacted);
  }
}

void redact_part(Redactor& redactor, JsonContainer& part, int depth);

// A string, or a list of parts with their texts. All members called so: whoever reads the first must see no more than who reads the last.
void redact_content(Redactor& redactor, JsonContainer& holder, std::string_view key, int depth = 0) {
  for (JsonItem& item : holder.items()) {
    if (item.key != key || item.removed) continue;
    redact_text(redactor, holder, &item);
    JsonContainer* parts = holder.array(&item);
    if (parts == nullptr) continue;
    for (JsonItem& one : parts->items()) {
      redact_text(redactor, *parts, &one);
      if (JsonContainer* part = parts->object(&one)) redact_part(redactor, *part, depth);
    }
  }
}

// Results of tools hold parts again.
void redact_part(Redactor& redactor, JsonContainer& part, int depth) {
  for (const char* text : {"text", "refusal"}) redact_member(redactor, part, text);
  if (part.text_of("type") == "tool_use") redact_arguments(redactor, part, "input");
  if (depth < 2) redact_content(redactor, part, "content", depth + 1);
  JsonContainer* source = part.object(part.find("source"));  // of a document
  if (source != nullptr && source->text_of("type") == "text") redact_member(redactor, *source, "data");
}

void redact_calls(Redactor& redactor, JsonContainer& message) {
  if (JsonContainer* calls = message.array(message.find("tool_calls"))) {
    for (JsonItem& one : calls->items()) {
      JsonContainer* call = calls->object(&one);
      if (call == nullptr) continue;
      if (JsonContainer* function = call->object(call->find("function"))) redact_arguments(redactor, *function, "arguments");
      if (JsonContainer* custom = call->object(call->find("custom"))) redact_member(redactor, *custom, "input");
    }
  }
  if (JsonContainer* old = message.object(message.find("function_call"))) redact_arguments(redactor, *old, "arguments");
}

void redact_message(Redactor& redactor, JsonContainer& message) {
  redact_content(redactor, message, "content");
  redact_content(redactor, message, "output");
  redact_member(redactor, message, "reasoning_content");
  redact_calls(redactor, message);
  redact_arguments(redactor, message, "arguments");
  redact_member(redactor, message, "input");  // of a custom tool
}

void redact_messages(Redactor& redactor, JsonContainer& body, std::string_view key) {
  for (JsonItem& item : body.items()) {
    if (item.key != key || item.removed) continue;
    redact_text(redactor, body, &item);
    JsonContainer* list = body.array(&item);
    if (list == nullptr) continue;
    for (JsonItem& one : list->items()) {
      redact_text(redactor, *list, &one);  // of embeddings
      if (JsonContainer* message = list->object(&one)) redact_message(redactor, *message);
    }
  }
}

bool has_opaque_parts(const Request& request) {
  for (const Message& message : request.messages) {
    for (const Part& part : message.parts) {
      if (part.kind == Part::Kind::Image || part.kind == Part::Kind::Audio || part.kind == Part::Kind::File) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<PiiKind> redacted_kinds(const Manifest& manifest, const Attempt& attempt) {
  std::vector<PiiKind> kinds;
  for (const SlotValue& value : attempt.slots) {
    const auto* list = manifest.slots[value.slot].name == "redact" ? std::get_if<ConstantList>(&value.value.value) : nullptr;
    if (list == nullptr) continue;
    for (const PiiKind kind : kAllPii) {
      if (std::ranges::find(*list, Constant{std::string(to_string(kind))}) != list->end()) kinds.push_back(kind);
    }
  }
  return kinds;
}

void redact(Call& call, std::string_view body) {
  std::vector<PiiKind> kinds = redacted_kinds(call.manifest, call.attempt);
  if (kinds.empty()) return;
  Redactor redactor(std::move(kinds), body);
  redact_content(redactor, call.body, "system");
  redact_content(redactor, call.body, "instructions");
  redact_messages(redactor, call.body, "messages");
  redact_messages(redactor, call.body, "input");
  if (JsonContainer* prediction = call.body.object(call.body.find("prediction"))) redact_content(redactor, *prediction, "content");
  for (const char* key : {"user", "safety_identifier"}) redact_member(redactor, call.body, key);
  if (has_opaque_parts(call.request)) call.leave_out("redact", "images, audio and files are not looked into");
  const Constant* restore = call.slot("restore");
  if (restore != nullptr && *restore == Constant{true}) call.out.restores = redactor.given();
}

}  // namespace sbx::effects
