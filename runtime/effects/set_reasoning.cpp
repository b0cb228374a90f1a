// SPDX-License-Identifier: Apache-2.0
// Interfaces and model families that say the same thing in different words (docs/language/slots.md#reasoning).
#include <algorithm>
#include <array>

#include "runtime/effects/actions.h"

namespace sbx::effects {

namespace {

bool is_of(const Model& model, std::string_view family) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return std::ranges::search(model.served_name, family, same).begin() != model.served_name.end();
}

/// Whether the policy says that the model can be asked for `off` and for something else.
bool switches(const Model& model) {
  return model.reasoning.size() > 1 && std::ranges::find(model.reasoning, "off") != model.reasoning.end();
}

/// The object that a member holds, or an empty one, changed and put back.
template <class Change>
void change_member(JsonObject& body, std::string_view name, Change change) {
  const std::string before(body.find(name).value_or("{}"));
  Result<JsonObject> object = JsonObject::read(before);
  const std::string empty = "{}";
  if (!object) object = JsonObject::read(empty);  // null, or of a wrong type: the policy's word counts
  change(*object);
  body.set(name, object->text());
}

/// `reasoning_effort`. A model that only thinks, or never does, is not asked: it may refuse the member.
void say_effort(const Call& call, const std::string& effort) {
  if (effort != "off") return call.body.set("reasoning_effort", json_text(effort));
  if (switches(call.model)) return call.body.set("reasoning_effort", json_text("none"));
  call.body.remove("reasoning_effort");
}

void say_in_template(const Call& call, std::string_view member, const std::string& effort) {
  change_member(call.body, "chat_template_kwargs", [&](JsonObject& arguments) { arguments.set(member, effort == "off" ? "false" : "true"); });
}

void say_chat(const Call& call, const std::string& effort) {
  if (call.provider == Provider::Vllm && is_of(call.model, "qwen3")) return say_in_template(call, "enable_thinking", effort);
  if (call.provider == Provider::Vllm && (is_of(call.model, "deepseek") || is_of(call.model, "granite"))) return say_in_template(call, "thinking", effort);
  say_effort(call, effort);
}

void say_responses(const Call& call, const std::string& effort) {
  if (effort == "off" && !switches(call.model)) {
    if (call.body.find("reasoning")) change_member(call.body, "reasoning", [](JsonObject& reasoning) { reasoning.remove("effort"); });
    return;
  }
  change_member(call.body, "reasoning", [&](JsonObject& reasoning) { reasoning.set("effort", json_text(effort == "off" ? "none" : effort)); });
}

/// A budget of tokens, which must be at least 1,024 and less than those of the whole answer.
void say_messages(const Call& call, const std::string& effort) {
  constexpr std::array<std::pair<std::string_view, int64_t>, 4> kBudgets{{{"minimal", 1024}, {"low", 2048}, {"medium", 8192}, {"high", 16384}}};
  if (effort == "off") return call.body.remove("thinking");
  const auto* budget = std::ranges::find(kBudgets, effort, &std::pair<std::string_view, int64_t>::first);
  if (budget == kBudgets.end()) return call.leave_out("reasoning", "`" + effort + "` has no budget of tokens");
  const int64_t most = call.request.max_tokens.value_or(call.model.output_tokens.value_or(INT64_MAX)) - 1;
  if (most < 1024) return call.leave_out("reasoning", "an answer of so few tokens leaves none to think");
  call.body.set("thinking", R"({"type":"enabled","budget_tokens":)" + std::to_string(std::min(budget->second, most)) + "}");
}

}  // namespace

void set_reasoning(const Call& call, const std::string& effort) {
  switch (call.request.dialect) {
    case Dialect::Chat:
      return say_chat(call, effort);
    case Dialect::Responses:
      return say_responses(call, effort);
    case Dialect::Messages:
      return say_messages(call, effort);
    case Dialect::Embeddings:
      break;  // nothing to think about
  }
}

}  // namespace sbx::effects
