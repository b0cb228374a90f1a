// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/vouching_loader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/gateway/identity.h"
#include "runtime/gateway/set_slots.h"
#include "runtime/observe/recording.h"
#include "runtime/selectors/learned.h"

namespace sbx::gateway {

namespace {

std::string without_provider(const Settings& settings, const Manifest& manifest) {
  for (const Model& model : manifest.models) {
    if (std::ranges::none_of(settings.providers, [&](const ProviderSettings& one) { return one.id == model.provider; }))
      return "the provider `" + model.provider + "` of the model `" + model.name + "` is not among `providers` of the settings";
  }
  return {};
}

bool sets_other_than(const Manifest& manifest, std::string_view slot, std::string_view nothing) {
  return std::ranges::any_of(texts_of(manifest, slot), [&](std::string_view text) { return text != nothing; });
}

std::string without_encoder(models::Models& models, const Manifest& manifest) {
  const std::vector<std::string_view> kinds = texts_of(manifest, "cache");
  if (std::ranges::find(kinds, "semantic") == kinds.end()) return {};
  const Result<std::shared_ptr<const models::Encoder>> encoder = models.encoder("");
  return encoder ? std::string() : "`cache = semantic` compares questions by an encoder: " + encoder.error().message;
}

/// Answers do not pass an external processor, so that it could keep, give or judge them; nor does it look anything up.
std::string not_behind_a_proxy(const Settings& settings, const Manifest& manifest) {
  if (settings.ext_proc.listen.empty()) return {};
  for (const auto& [slot, nothing] : {std::pair{"cache", "off"}, std::pair{"guardrail", "none"}, std::pair{"retriever", "none"}}) {
    if (sets_other_than(manifest, slot, nothing)) return "the slot `" + std::string(slot) + "` is not carried out by an external processor";
  }
  return {};
}

/// The first name that a slot may have and the settings do not.
template <class Named>
std::string without(const Manifest& manifest, std::string_view slot, const std::vector<Named>& settings) {
  for (const std::string_view name : texts_of(manifest, slot)) {
    if (name != "none" && std::ranges::find(settings, name, &Named::name) == settings.end())
      return "the " + std::string(slot) + " `" + std::string(name) + "` is not among `" + std::string(slot) + "s` of the settings";
  }
  return {};
}

std::string unreadable_log(const Manifest& manifest) {
  for (const std::string_view text : texts_of(manifest, "log")) {
    if (!observe::parse_bodies(text))
      return "`log = " + std::string(text) + "` is not understood; write `log = bodies(first: 2KiB, keep: 50000)`";
  }
  return {};
}

/// Hands a policy what its trained selectors go by. R0701, R0791, R0792.
std::optional<Error> give_learned(const std::string& path, embed::Generation& generation) {
  if (!path.empty()) {
    Result<std::shared_ptr<const Learned>> learned = load_learned(path);
    if (!learned) return learned.error();
    generation.learned = std::move(*learned);
  }
  return check_learned(generation.manifest(), generation.learned.get());
}

}  // namespace

void reject(LoadedPolicy& loaded, const Error& error) {
  loaded.generation = nullptr;
  loaded.status = 422;
  loaded.document = nlohmann::ordered_json{{"error", {{"code", error.code}, {"message", error.message}}}}.dump();
  loaded.reason = error.message;
}

LoadedPolicy VouchingLoader::load(const Candidate& candidate, const std::string& running) {
  LoadedPolicy loaded = loader_.load(candidate, running);
  if (!loaded.generation) return loaded;
  const Manifest& manifest = loaded.generation->manifest();
  std::string wrong = unvouched(settings_.trust, manifest);
  if (wrong.empty() && (!settings_.listen.empty() || !settings_.providers.empty())) wrong = without_provider(settings_, manifest);
  if (wrong.empty()) wrong = without(manifest, "guardrail", settings_.guardrails);
  if (wrong.empty()) wrong = without(manifest, "retriever", settings_.retrievers);
  if (wrong.empty()) wrong = unreadable_log(manifest);
  if (wrong.empty()) wrong = not_behind_a_proxy(settings_, manifest);
  if (wrong.empty()) wrong = without_encoder(models_, manifest);
  const std::vector<Error>& missing = loaded.generation->signals().missing();
  if (wrong.empty() && !missing.empty()) wrong = missing.front().message;
  std::optional<Error> error;
  if (!wrong.empty()) error = Error{"R0763", wrong};
  if (!error) error = give_learned(settings_.policy.learned, *loaded.generation);
  if (error) reject(loaded, *error);
  return loaded;
}

}  // namespace sbx::gateway
