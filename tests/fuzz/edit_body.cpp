// SPDX-License-Identifier: Apache-2.0
// Edits of any bytes: no crash; where the document is JSON the result is too, and members that nobody touched are as they were. A prompt cut
// to a length stays a request that asks the same, is no longer, and is not cut again.
#include <simdjson.h>

#include <cstdlib>

#include "runtime/effects/edit_json.h"
#include "runtime/effects/outgoing.h"
#include "runtime/request/decode.h"
#include "runtime/signals/prompt_tokens.h"

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

bool is_touched(std::string_view key) { return key == "model" || key == "tools" || key == "gone" || key == "messages" || key == "inner"; }

// The members that nobody touched, in order, minified.
std::string untouched(const element& root) {
  std::string result;
  for (const auto field : object(root)) {
    if (!is_touched(field.key)) result.append(field.key).append(1, '\0').append(simdjson::minify(field.value)).append(1, '\0');
  }
  return result;
}

std::string cut(const sbx::Request& request, std::string_view body, int64_t limit) {
  sbx::Manifest manifest;
  sbx::Attempt attempt;
  attempt.model = manifest.models.add({.name = "m", .served_name = "m"});
  const sbx::SlotId slot = manifest.slots.add({.name = "prompt_tokens", .kind = sbx::Slot::Kind::Limit});
  attempt.slots.push_back({slot, {}, {sbx::Decimal{limit, 0}}});
  const auto outgoing = sbx::effects::apply(manifest, attempt, request, body, sbx::effects::Provider::Vllm);
  if (!outgoing) std::abort();
  return outgoing->body;
}

void cut_prompt(std::string_view bytes, sbx::Dialect dialect) {
  const sbx::Decoded before = sbx::decode_body({}, bytes, {.dialect = dialect});
  if (!before.request) return;
  const int64_t tokens = sbx::signals::prompt_tokens(*before.request);
  for (const int64_t limit : {int64_t{0}, tokens / 3, tokens - 1}) {
    const std::string body = cut(*before.request, bytes, limit);
    const sbx::Decoded after = sbx::decode_body({}, body, {.dialect = dialect});
    if (!after.request || after.request->text != before.request->text || after.request->images != before.request->images) std::abort();
    if (sbx::signals::prompt_tokens(*after.request) > tokens) std::abort();
    if (cut(*after.request, body, limit) != body) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbx::effects;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const sbx::Dialect dialect : {sbx::Dialect::Chat, sbx::Dialect::Responses, sbx::Dialect::Messages}) cut_prompt(bytes, dialect);
  simdjson::dom::parser before_parser;
  element before;
  const bool was_json = !before_parser.parse(data, size).get(before) && before.is_object();
  auto document = JsonDocument::open(bytes);
  if (was_json && !document) std::abort();
  if (!document) return 0;
  if (document->finish() != bytes) std::abort();
  JsonContainer& body = document->root();
  body.set("model", json_text("a\"b"));
  body.remove("gone");
  if (JsonContainer* tools = body.array(body.find("tools"))) {
    for (size_t i = 0; i < tools->items().size(); ++i) tools->items()[i].removed = (i + size) % 2 == 0;
  }
  if (JsonContainer* messages = body.array(body.find("messages"))) {
    messages->prepend("{}");
    if (size % 2 == 0) messages->append("[]");
    for (JsonItem& item : messages->items()) item.removed |= size % 3 == 0;
  }
  if (JsonContainer* inner = body.object(body.find("inner"))) {
    inner->set("a", "1");
    inner->remove("b");
  }
  const std::string after_bytes = document->finish();
  if (!was_json) return 0;
  simdjson::dom::parser after_parser;
  element after;
  if (after_parser.parse(after_bytes).get(after) || !after.is_object()) std::abort();
  if (untouched(before) != untouched(after)) std::abort();
  std::string_view model;
  if (after["model"].get(model) || model != "a\"b") std::abort();
  if (!after["gone"].error()) std::abort();
  return 0;
}
