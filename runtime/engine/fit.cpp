// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/fit.h"

#include <algorithm>

namespace sbx {

Demand demand_of(const Manifest& manifest, const Request& request, int64_t prompt_tokens, const std::vector<SlotValue>& slots) {
  Demand demand{.request = &request, .prompt_tokens = prompt_tokens, .output_tokens = std::max<int64_t>(0, request.max_tokens.value_or(0))};
  demand.tools = !request.tools.empty();
  for (const SlotValue& slot : slots) {
    const std::string& name = manifest.slots[slot.slot].name;
    if (name == "tools") {
      const auto* left = std::get_if<ConstantList>(&slot.value.value);
      demand.tools = demand.tools && left != nullptr && std::ranges::any_of(request.tools, [&](const Tool& tool) {
                       return std::ranges::find(*left, Constant{tool.name}) != left->end();
                     });
    } else if (name == "max_tokens") {
      const auto* limit = std::get_if<Decimal>(&slot.value.value);
      const auto tokens = limit == nullptr ? std::nullopt : scaled(*limit, 0, Rounding::Down);
      if (tokens && (demand.output_tokens == 0 || *tokens < demand.output_tokens)) {
        demand.output_tokens = request.max_tokens ? *tokens : demand.output_tokens;
      }
    } else if (name == "reasoning") {
      const auto* mode = std::get_if<std::string>(&slot.value.value);
      if (mode != nullptr) demand.reasoning = *mode;
    }
  }
  return demand;
}

bool fits(const Model& model, const Demand& demand) {
  const Request& request = *demand.request;
  const auto lists = [](const std::vector<std::string>& list, std::string_view what) {
    return list.empty() || std::ranges::find(list, what) != list.end();
  };
  if ((request.has_body || request.has_demand) && !lists(model.dialects, to_string(request.dialect))) return false;
  if (request.images > 0 && !model.vision) return false;
  if (request.audio > 0 && !model.audio) return false;
  if (demand.tools && !model.tools) return false;
  if (request.format != Format::Text && !model.json) return false;
  if (!demand.reasoning.empty() && demand.reasoning != "off" && !lists(model.reasoning, demand.reasoning)) return false;
  if (!model.context_tokens) return true;
  const int64_t output = std::min(demand.output_tokens, model.output_tokens.value_or(demand.output_tokens));
  return demand.prompt_tokens <= *model.context_tokens - output;
}

}  // namespace sbx
