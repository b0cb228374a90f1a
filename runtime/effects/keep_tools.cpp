// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "runtime/effects/actions.h"

namespace sbx::effects {

namespace {

/// What a definition calls its tool: `name`, `function.name`, or for tools that the provider has itself, their type.
std::string name_of(std::string_view definition) {
  const Result<JsonObject> tool = JsonObject::read(definition);
  if (!tool) return {};
  if (const auto name = tool->find("name")) return text_of_json(*name).value_or("");
  if (const auto inner = tool->find("function")) {
    const Result<JsonObject> function = JsonObject::read(*inner);
    if (function && function->find("name")) return text_of_json(*function->find("name")).value_or("");
  }
  return tool->find("type") ? text_of_json(*tool->find("type")).value_or("") : "";
}

bool has(const std::vector<std::string>& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

/// What cannot stand without the tools that are gone.
void drop_choice(const Call& call, bool any_left, const std::vector<std::string>& names) {
  const bool chosen_is_gone = call.request.tool_choice == ToolChoice::Tool && !has(names, call.request.tool_choice_name);
  if (!any_left || chosen_is_gone) call.body.remove("tool_choice");
  if (!any_left) call.body.remove("parallel_tool_calls");
}

}  // namespace

void keep_tools(const Call& call, const std::vector<std::string>& names) {
  std::vector<std::string> missing = names;
  bool any_left = false, any_gone = false;
  for (const std::string_view member : {"functions", "tools"}) {
    const std::optional<std::string_view> offered = call.body.find(member);
    if (!offered) continue;
    const Result<std::vector<std::string_view>> tools = json_elements(*offered);
    if (!tools) continue;  // the decoder has refused what is no list; null is none
    std::string kept = "[";
    for (const std::string_view tool : *tools) {
      const std::string name = name_of(tool);
      std::erase(missing, name);
      if (!has(names, name)) continue;
      if (kept.size() > 1) kept += ",";
      kept += tool;
    }
    const size_t left = static_cast<size_t>(std::ranges::count_if(*tools, [&](std::string_view tool) { return has(names, name_of(tool)); }));
    any_left |= left > 0;
    if (left == tools->size()) continue;
    any_gone = true;
    if (left > 0)
      call.body.set(member, kept + "]");
    else
      call.body.remove(member);
  }
  if (any_gone) drop_choice(call, any_left, names);
  for (const std::string& name : missing) call.leave_out("tools", "the client offers no tool `" + name + "`, and only it can say what it takes");
}

}  // namespace sbx::effects
