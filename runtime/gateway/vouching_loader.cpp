// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/vouching_loader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/gateway/identity.h"

namespace sbx::gateway {

namespace {

std::string without_provider(const Settings& settings, const Manifest& manifest) {
  for (const Model& model : manifest.models) {
    if (std::ranges::none_of(settings.providers, [&](const ProviderSettings& one) { return one.id == model.provider; }))
      return "the provider `" + model.provider + "` of the model `" + model.name + "` is not among `providers` of the settings";
  }
  return {};
}

/// A text that any action of an outcome or a rule may set a slot to.
bool sets(const Manifest& manifest, std::string_view slot, std::string_view value) {
  const auto is_so = [&](const std::vector<Action>& actions) {
    return std::ranges::any_of(actions, [&](const Action& action) {
      const auto* set = std::get_if<SetSlot>(&action);
      return set != nullptr && manifest.slots[set->slot].name == slot && std::ranges::any_of(set->cases, [&](const Case& one) {
        const auto* text = std::get_if<std::string>(&one.value.value);
        return text != nullptr && *text == value;
      });
    });
  };
  return std::ranges::any_of(manifest.routes, [&](const Route& route) { return is_so(route.outcome.actions); }) ||
         std::ranges::any_of(manifest.rules, [&](const Rule& rule) { return is_so(rule.actions); }) ||
         (manifest.otherwise && is_so(manifest.otherwise->actions));
}

/// What a policy asks for that this version does not do yet.
std::string not_available(const Manifest& manifest) {
  if (sets(manifest, "cache", "semantic")) return "`cache = semantic` is not available yet; `exact` is";
  return {};
}

}  // namespace

LoadedPolicy VouchingLoader::load(const Candidate& candidate, const embed::Generation* running) {
  LoadedPolicy loaded = loader_.load(candidate, running);
  if (!loaded.generation) return loaded;
  const Manifest& manifest = loaded.generation->manifest();
  std::string wrong = unvouched(settings_.trust, manifest);
  if (wrong.empty()) wrong = without_provider(settings_, manifest);
  if (wrong.empty()) wrong = not_available(manifest);
  if (wrong.empty()) return loaded;
  return {.generation = nullptr, .status = 422, .document = nlohmann::ordered_json{{"error", {{"code", "R0763"}, {"message", wrong}}}}.dump(), .diff = {}, .reason = wrong};
}

}  // namespace sbx::gateway
