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

}  // namespace

LoadedPolicy VouchingLoader::load(const Candidate& candidate, const embed::Generation* running) {
  LoadedPolicy loaded = loader_.load(candidate, running);
  if (!loaded.generation) return loaded;
  const Manifest& manifest = loaded.generation->manifest();
  std::string wrong = unvouched(settings_.trust, manifest);
  if (wrong.empty()) wrong = without_provider(settings_, manifest);
  if (wrong.empty()) return loaded;
  return {.generation = nullptr, .status = 422, .document = nlohmann::ordered_json{{"error", {{"code", "R0763"}, {"message", wrong}}}}.dump(), .diff = {}, .reason = wrong};
}

}  // namespace sbx::gateway
