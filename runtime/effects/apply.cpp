// SPDX-License-Identifier: Apache-2.0
// The list of actions, in the order in which they are laid over the body.
#include "runtime/effects/actions.h"
#include "runtime/effects/outgoing.h"

namespace sbx::effects {

namespace {

std::vector<std::string> texts_of(const ConstantList& list) {
  std::vector<std::string> texts;
  for (const Constant& one : list) {
    if (const auto* text = std::get_if<std::string>(&one.value)) texts.push_back(*text);
  }
  return texts;
}

void lay(const Call& call, const Slot& slot, const SlotValue& value) {
  const auto* text = std::get_if<std::string>(&value.value.value);
  if (slot.name == "reasoning" && text != nullptr) set_reasoning(call, *text);
  if (const auto* limit = std::get_if<Decimal>(&value.value.value); slot.name == "max_tokens" && limit != nullptr) {
    if (const std::optional<int64_t> most = scaled(*limit, 0, Rounding::Down)) limit_tokens(call, *most);
  }
  if (const auto* list = std::get_if<ConstantList>(&value.value.value); slot.name == "tools" && list != nullptr) keep_tools(call, texts_of(*list));
  if (slot.keyed && slot.name == "header" && text != nullptr) call.outgoing.headers.emplace_back(value.key, *text);
  for (const std::string_view later : {"persona", "adapter", "retriever", "guardrail"}) {
    if (slot.name == later && text != nullptr && *text != "none") call.leave_out(later, "not available yet");
  }
}

}  // namespace

Result<Outgoing> apply(const Manifest& manifest, const Attempt& attempt, const Request& request, std::string_view body, Provider provider) {
  Result<JsonObject> object = JsonObject::read(body);
  if (!object) return object.error();
  Outgoing outgoing;
  const Call call{request, manifest.models[attempt.model], provider, *object, outgoing};
  set_model(call);
  for (const std::vector<SlotValue>* values : {&attempt.slots, &attempt.effects}) {
    for (const SlotValue& value : *values) lay(call, manifest.slots[value.slot], value);
  }
  outgoing.body = object->text();
  return outgoing;
}

}  // namespace sbx::effects
