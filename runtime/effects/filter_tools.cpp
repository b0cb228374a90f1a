// SPDX-License-Identifier: Apache-2.0
// `tools only|without|add [..]`: the tools of the request that are left, and what it says of a tool that went.
#include <algorithm>
#include <set>

#include "runtime/effects/action.h"

namespace sbx::effects {

namespace {

using Names = std::set<std::string, std::less<>>;

// The name of a tool as decode reads it: inside `function` or `custom` in the chat dialect, the type of a tool that the provider has.
std::string name_in(Call& call, JsonContainer& list, JsonItem& item) {
  JsonContainer* tool = list.object(&item);
  if (tool == nullptr) return {};
  if (call.request.dialect == Dialect::Chat) {
    for (const std::string_view wrapper : {"function", "custom"}) {
      if (JsonContainer* inner = tool->object(tool->find(wrapper))) return inner->text_of("name");
    }
  }
  std::string name = tool->text_of("name");
  return name.empty() && call.request.dialect == Dialect::Responses ? tool->text_of("type") : name;
}

// Whether something is left.
bool keep(Call& call, JsonContainer& list, const Names& allowed, Names& seen) {
  for (JsonItem& item : list.items()) {
    std::string name = name_in(call, list, item);
    item.removed |= !allowed.contains(name);
    seen.insert(std::move(name));
  }
  return list.left() > 0;
}

bool has_used_tools(const Request& request) {
  return std::ranges::any_of(request.messages, [](const Message& message) {
    return std::ranges::any_of(message.parts, [](const Part& part) { return part.kind == Part::Kind::ToolUse; });
  });
}

// `{"type":"allowed_tools", …}`: its list is inside a member of that name in the chat dialect.
bool fix_allowed_tools(Call& call, JsonContainer& choice, const Names& allowed) {
  if (choice.text_of("type") != "allowed_tools") return false;
  JsonContainer* holder = choice.object(choice.find("allowed_tools"));
  if (holder == nullptr) holder = &choice;
  JsonContainer* list = holder->array(holder->find("tools"));
  Names seen;
  if (list != nullptr && !keep(call, *list, allowed, seen)) call.body.set("tool_choice", "\"none\"");
  return true;
}

// The request forces a tool that went: then the model may choose among those that are left.
void fix_choice(Call& call, std::string_view key, const Names& allowed) {
  JsonContainer* choice = call.body.object(call.body.find(key));
  if (choice == nullptr || fix_allowed_tools(call, *choice, allowed)) return;
  std::string name;
  for (const std::string_view wrapper : {"function", "custom"}) {
    if (JsonContainer* inner = choice->object(choice->find(wrapper))) name = inner->text_of("name");
  }
  if (name.empty()) name = choice->text_of("name");
  if (name.empty() && call.request.dialect == Dialect::Responses) name = choice->text_of("type");
  if (name.empty() || allowed.contains(name)) return;
  call.body.set(key, call.request.dialect == Dialect::Messages ? R"({"type":"auto"})" : "\"auto\"");
  call.leave_out("tools", "the request forces `" + name + "`, which the policy takes away: the model may choose");
}

void take_all_away(Call& call, std::string_view list, std::string_view choice) {
  // Messages must describe the tools that their history uses.
  if (call.request.dialect == Dialect::Messages && has_used_tools(call.request)) {
    if (JsonContainer* tools = call.body.array(call.body.find(list))) {
      for (JsonItem& item : tools->items()) item.removed = false;
    }
    call.body.set(choice, R"({"type":"none"})");
    return;
  }
  call.body.remove(list);
  call.body.remove(choice);
  call.body.remove("parallel_tool_calls");
}

}  // namespace

void filter_tools(Call& call) {
  const Constant* value = call.slot("tools");
  const auto* list = value == nullptr ? nullptr : std::get_if<ConstantList>(&value->value);
  if (list == nullptr || call.request.dialect == Dialect::Embeddings) return;
  Names allowed;
  for (const Constant& member : *list) {
    if (const auto* name = std::get_if<std::string>(&member.value)) allowed.insert(*name);
  }
  Names seen;
  for (const auto& [key, choice] : {std::pair("tools", "tool_choice"), std::pair("functions", "function_call")}) {
    JsonContainer* tools = call.body.array(call.body.find(key));
    if (tools == nullptr) continue;
    if (tools->items().empty()) continue;
    if (keep(call, *tools, allowed, seen)) {
      fix_choice(call, choice, allowed);
    } else {
      take_all_away(call, key, choice);
    }
    if (call.body.count(key) > 1) {
      // Readers that take the first would see what was taken away.
      JsonItem* last = call.body.find(key);
      for (JsonItem& item : call.body.items()) item.removed |= item.key == key && &item != last;
    }
  }
  for (const std::string& name : allowed) {
    if (!seen.contains(name)) call.leave_out("tools", "the request does not describe `" + name + "`, so it cannot be added");
  }
}

}  // namespace sbx::effects
