// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/fit.h"

#include <algorithm>

namespace sbx::analysis {
namespace {

bool changes_tools(const Manifest& manifest) {
  const auto changes = [&](const Action& action) {
    const auto* change = std::get_if<ChangeSlot>(&action);
    return change != nullptr && manifest.slots[change->slot].name == "tools";
  };
  const auto any = [&](const std::vector<Action>& actions) { return std::ranges::any_of(actions, changes); };
  return std::ranges::any_of(manifest.rules, [&](const Rule& rule) { return any(rule.actions); }) ||
         std::ranges::any_of(manifest.routes, [&](const Route& route) { return any(route.outcome.actions); }) ||
         (manifest.otherwise && any(manifest.otherwise->actions));
}

}  // namespace

std::optional<LeafId> fit_leaf(const Manifest& manifest, std::string_view input) {
  for (size_t i = 0; i < manifest.leaves.size(); ++i) {
    const LeafId id = manifest.leaves.id_at(i);
    const Leaf& leaf = manifest.leaves[id];
    if (leaf.facet == Facet::Value && manifest.signals[leaf.signal].kind == input) return id;
  }
  return std::nullopt;
}

std::vector<Serves> limits_of(const Manifest& manifest, const Model& model) {
  std::vector<Serves> limits;
  const auto limit = [&](Capability of, std::string_view input, std::vector<Interval> values) {
    if (const std::optional<LeafId> leaf = fit_leaf(manifest, input)) {
      limits.push_back({of, {.leaf = *leaf, .values = std::move(values), .unknown = false}});
    }
  };
  if (model.context_tokens) limit(Capability::Context, "tokens", {{0, *model.context_tokens}});
  if (!model.vision) limit(Capability::Vision, "images.count", {{0, 0}});
  if (!model.audio) limit(Capability::Audio, "audio.count", {{0, 0}});
  if (!model.tools && !changes_tools(manifest)) limit(Capability::Tools, "tools.count", {{0, 0}});
  if (!model.json) limit(Capability::Json, "format", {{0, 0}});  // plain text is its first label
  if (!model.dialects.empty()) {
    std::vector<Interval> values;
    const std::optional<LeafId> leaf = fit_leaf(manifest, "dialect");
    const std::vector<std::string> none;
    const std::vector<std::string>& all = leaf ? manifest.signals[manifest.leaves[*leaf].signal].type.members : none;
    for (size_t i = 0; i < all.size(); ++i) {
      const auto index = static_cast<int64_t>(i);
      if (std::ranges::find(model.dialects, all[i]) != model.dialects.end()) values.push_back({index, index});
    }
    limit(Capability::Dialect, "dialect", std::move(values));
  }
  return limits;
}

}  // namespace sbx::analysis
