// SPDX-License-Identifier: Apache-2.0
// Edits of any bytes: no crash; where the document is JSON the result is too, and members that nobody touched are as they were.
#include <simdjson.h>

#include <cstdlib>

#include "runtime/effects/edit_json.h"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbx::effects;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
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
