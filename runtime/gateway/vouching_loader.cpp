// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/vouching_loader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/gateway/identity.h"
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

bool is_so(const Manifest& manifest, const SetSlot& set, std::string_view slot, bool (*wanted)(std::string_view value)) {
  return manifest.slots[set.slot].name == slot && std::ranges::any_of(set.cases, [&](const Case& one) {
    const auto* text = std::get_if<std::string>(&one.value.value);
    return text != nullptr && wanted(*text);
  });
}

/// Whether any route, rule or candidate sets a slot to a text of that kind.
bool sets(const Manifest& manifest, std::string_view slot, bool (*wanted)(std::string_view value)) {
  const auto one_is = [&](const SetSlot& set) { return is_so(manifest, set, slot, wanted); };
  const auto any_is = [&](const std::vector<Action>& actions) {
    return std::ranges::any_of(actions, [&](const Action& action) {
      const auto* set = std::get_if<SetSlot>(&action);
      return set != nullptr && one_is(*set);
    });
  };
  const auto asks = [&](const Ask& ask) { return std::ranges::any_of(ask.settings, one_is); };
  const auto offers = [&](const sbx::Candidate& candidate) {
    if (const auto* ask = std::get_if<Ask>(&candidate.target)) return asks(*ask);
    if (const auto* some = std::get_if<Selection>(&candidate.target)) return std::ranges::any_of(some->among, asks);
    if (const auto* split = std::get_if<SplitChoice>(&candidate.target)) return std::ranges::any_of(split->among, asks);
    return false;
  };
  const auto outcome_is = [&](const Outcome& outcome) { return any_is(outcome.actions) || std::ranges::any_of(outcome.candidates, offers); };
  return std::ranges::any_of(manifest.routes, [&](const Route& route) { return outcome_is(route.outcome); }) ||
         std::ranges::any_of(manifest.rules, [&](const Rule& rule) { return any_is(rule.actions); }) ||
         (manifest.otherwise && outcome_is(*manifest.otherwise)) ||
         std::ranges::any_of(manifest.slots, [&](const Slot& one) {
           const auto* text = one.name == slot && one.initial ? std::get_if<std::string>(&one.initial->value) : nullptr;
           return text != nullptr && wanted(*text);
         });
}

std::string without_encoder(models::Models& models, const Manifest& manifest) {
  if (!sets(manifest, "cache", [](std::string_view value) { return value == "semantic"; })) return {};
  const Result<std::shared_ptr<const models::Encoder>> encoder = models.encoder("");
  return encoder ? std::string() : "`cache = semantic` compares questions by an encoder: " + encoder.error().message;
}

/// Answers do not pass an external processor, so that it could keep or give them.
std::string not_behind_a_proxy(const Settings& settings, const Manifest& manifest) {
  if (settings.ext_proc.listen.empty() || !sets(manifest, "cache", [](std::string_view value) { return value != "off"; })) return {};
  return "the slot `cache` is not carried out by an external processor";
}

/// What a policy asks for that this version does not do yet: it is refused rather than served without.
std::string not_available(const Manifest& manifest) {
  for (const std::string_view slot : {"retriever", "guardrail"}) {
    if (sets(manifest, slot, [](std::string_view value) { return value != "none"; })) return "the slot `" + std::string(slot) + "` is not carried out yet";
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

LoadedPolicy VouchingLoader::load(const Candidate& candidate, const std::string& running) {
  LoadedPolicy loaded = loader_.load(candidate, running);
  if (!loaded.generation) return loaded;
  const Manifest& manifest = loaded.generation->manifest();
  std::string wrong = unvouched(settings_.trust, manifest);
  if (wrong.empty() && (!settings_.listen.empty() || !settings_.providers.empty())) wrong = without_provider(settings_, manifest);
  if (wrong.empty()) wrong = not_available(manifest);
  if (wrong.empty()) wrong = not_behind_a_proxy(settings_, manifest);
  if (wrong.empty()) wrong = without_encoder(models_, manifest);
  const std::vector<Error>& missing = loaded.generation->signals().missing();
  if (wrong.empty() && !missing.empty()) wrong = missing.front().message;
  std::optional<Error> error;
  if (!wrong.empty()) error = Error{"R0763", wrong};
  if (!error) error = give_learned(settings_.policy.learned, *loaded.generation);
  if (!error) return loaded;
  loaded.generation = nullptr;
  loaded.status = 422;
  loaded.document = nlohmann::ordered_json{{"error", {{"code", error->code}, {"message", error->message}}}}.dump();
  loaded.reason = error->message;
  return loaded;
}

}  // namespace sbx::gateway
