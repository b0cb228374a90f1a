// SPDX-License-Identifier: Apache-2.0
// Any bytes are survived; any JSON is refused, or changed so that what is changed is found changed and everything else as it was.
#include <simdjson.h>

#include "runtime/base/check.h"
#include "runtime/effects/json_edit.h"

using namespace sbx::effects;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(json_elements(bytes));
  static_cast<void>(JsonObject::read(bytes));
  simdjson::dom::parser strict;
  if (strict.parse(bytes.data(), bytes.size()).error() != simdjson::SUCCESS) return 0;
  sbx::Result<JsonObject> object = JsonObject::read(bytes);
  if (!object) return 0;
  SBX_CHECK(object->text() == bytes, "an object that nothing changed has changed");
  const std::optional<std::string_view> before = object->find("b");
  const std::string kept(before.value_or(""));
  object->set("a", "[1]");
  object->remove("c");
  const std::string changed = object->text();
  const sbx::Result<JsonObject> again = JsonObject::read(changed);
  SBX_CHECK(again.ok(), "a changed object is none");
  SBX_CHECK(again->find("a") == "[1]", "a member that was set is not there");
  SBX_CHECK(!again->find("c"), "a member that was removed is there");
  SBX_CHECK(again->find("b").has_value() == before.has_value() && again->find("b").value_or("") == kept, "another member has changed");
  return 0;
}
