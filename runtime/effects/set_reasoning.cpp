// SPDX-License-Identifier: Apache-2.0
// `reasoning = off|minimal|low|medium|high`, as each dialect and each family of models says it (docs/language/effects.md#reasoning).
#include <algorithm>
#include <charconv>

#include "runtime/effects/action.h"
#include "runtime/effects/reasoning_family.h"

namespace sbx::effects {

namespace {

using Says = ReasoningFamily::Says;

constexpr int64_t kLeastBudget = 1024;

std::string quoted(std::string_view word) { return "`" + std::string(word) + "`"; }

int64_t budget_of(std::string_view mode) {
  if (mode == "minimal") return kLeastBudget;
  if (mode == "low") return 2048;
  return mode == "medium" ? 8192 : 16384;
}

// What may be written, by the body as it is now; nothing: no limit is said.
std::optional<int64_t> output_limit(Call& call) {
  for (const std::string_view name : {"max_tokens", "max_completion_tokens"}) {
    const JsonItem* item = call.body.find(name);
    if (item == nullptr) continue;
    const std::string_view json = call.body.json(*item);
    double value = 0;
    if (std::from_chars(json.data(), json.data() + json.size(), value).ec == std::errc() && value < 1e15)
      return static_cast<int64_t>(value);
  }
  // Appended by limit_output: its own value.
  const Constant* limit = call.slot("max_tokens");
  const auto* most = limit == nullptr ? nullptr : std::get_if<Decimal>(&limit->value);
  if (most == nullptr) return std::nullopt;
  return scaled(*most, 0, Rounding::Down);
}

void set_inside(JsonContainer& body, std::string_view outer, std::string_view key, std::string json) {
  if (JsonContainer* inside = body.object(body.find(outer))) return inside->set(key, std::move(json));
  body.set(outer, "{" + json_text(key) + ":" + json + "}");
}

// The last of an object's members goes with the object.
void remove_inside(JsonContainer& body, std::string_view outer, std::string_view key) {
  JsonContainer* inside = body.object(body.find(outer));
  if (inside != nullptr && inside->remove(key) && inside->left() == 0) body.remove(outer);
}

void say_effort(Call& call, std::string_view mode, const ReasoningFamily& family) {
  const bool is_responses = call.request.dialect == Dialect::Responses;
  std::string_view word = mode == "off" ? family.off : mode == "minimal" ? family.minimal : mode;
  if (mode == "off") {
    // A model that the policy gives no modes may have none: then no word is right but silence.
    const auto& modes = call.model().reasoning;
    const bool thinks = std::ranges::any_of(modes, [](const std::string& one) { return one != "off"; });
    if (!thinks && (!family.is_known || call.provider == Provider::Vllm)) word = {};
    if (!family.can_be_off)
      call.leave_out("reasoning",
                     quoted(call.served_name()) + " always reasons: `off` is sent as " + quoted(word.empty() ? "nothing" : word));
  }
  if (word.empty()) {
    if (is_responses) {
      remove_inside(call.body, "reasoning", "effort");
    } else {
      call.body.remove("reasoning_effort");
    }
  } else if (is_responses) {
    set_inside(call.body, "reasoning", "effort", json_text(word));
  } else {
    call.body.set("reasoning_effort", json_text(word));
  }
}

void say_switch(Call& call, std::string_view mode, const ReasoningFamily& family) {
  if (call.request.dialect != Dialect::Chat)
    return call.leave_out("reasoning", "the dialect `" + std::string(to_string(call.request.dialect)) + "` cannot say it to vLLM");
  call.body.remove("reasoning_effort");
  set_inside(call.body, "chat_template_kwargs", family.key, mode == "off" ? "false" : "true");
  if (mode != "off")
    call.leave_out("reasoning", quoted(call.served_name()) + " thinks or does not: " + quoted(mode) + " is sent as thinking");
}

// What Anthropic's interface refuses together with thinking.
std::optional<std::string> why_not_to_think(const Call& call, std::optional<int64_t> limit, bool by_budget) {
  if (call.request.tool_choice == ToolChoice::Required || call.request.tool_choice == ToolChoice::Tool)
    return "the request forces a tool, which cannot be used with thinking";
  if (by_budget && limit && *limit < 2 * kLeastBudget) return "less than 2048 tokens may be written: too few to think";
  if (!call.request.session.open_tool_loop || call.request.messages.empty()) return std::nullopt;
  for (auto message = call.request.messages.rbegin(); message != call.request.messages.rend(); ++message) {
    if (message->role != Role::Assistant) continue;
    if (!message->parts.empty() && message->parts.front().kind == Part::Kind::Thinking) return std::nullopt;
    return "the open loop of tools began without thinking";
  }
  return std::nullopt;
}

void say_thinking(Call& call, std::string_view mode, const ReasoningFamily& family) {
  if (call.request.dialect == Dialect::Responses)
    return call.leave_out("reasoning", "the dialect `responses` cannot say it to " + quoted(call.served_name()));
  if (mode == "off") {
    call.body.remove("thinking");
    return remove_inside(call.body, "output_config", "effort");
  }
  const bool by_budget = family.says == Says::Budget;
  const std::optional<int64_t> limit = output_limit(call);
  if (auto why = why_not_to_think(call, limit, by_budget)) return call.leave_out("reasoning", std::move(*why));
  if (by_budget) {
    // Half of what may be written is left for the answer.
    const int64_t budget = std::min(budget_of(mode), std::max(kLeastBudget, limit.value_or(INT64_MAX) / 2));
    call.body.set("thinking", R"({"type":"enabled","budget_tokens":)" + std::to_string(budget) + "}");
  } else {
    call.body.set("thinking", R"({"type":"adaptive"})");
    set_inside(call.body, "output_config", "effort", json_text(mode == "minimal" ? "low" : mode));
  }
  for (const std::string_view name : {"temperature", "top_k"}) {
    const JsonItem* item = call.body.find(name);
    if (item == nullptr || call.body.json(*item) == "1") continue;
    call.body.remove(name);
    call.leave_out("reasoning", quoted(name) + " is taken out: thinking does not allow it");
  }
}

}  // namespace

void set_reasoning(Call& call) {
  const std::string_view mode = call.word("reasoning");
  if (mode.empty()) return;
  if (call.request.dialect == Dialect::Embeddings) {
    if (mode != "off") call.leave_out("reasoning", "an embedding is not reasoned about");
    return;
  }
  const ReasoningFamily family = reasoning_family(call.provider, call.served_name());
  switch (family.says) {
    case Says::Nothing:
      call.body.remove("reasoning_effort");
      if (call.request.dialect == Dialect::Responses) remove_inside(call.body, "reasoning", "effort");
      if (call.request.dialect == Dialect::Messages) call.body.remove("thinking");
      if (mode != "off") call.leave_out("reasoning", quoted(call.served_name()) + " does not reason");
      return;
    case Says::Effort:
      if (call.request.dialect == Dialect::Messages)
        return call.leave_out("reasoning", "the dialect `messages` cannot say it to " + quoted(call.served_name()));
      return say_effort(call, mode, family);
    case Says::Switch:
      return say_switch(call, mode, family);
    case Says::Budget:
    case Says::Adaptive:
      return say_thinking(call, mode, family);
  }
}

}  // namespace sbx::effects
