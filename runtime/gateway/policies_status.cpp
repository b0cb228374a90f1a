// SPDX-License-Identifier: Apache-2.0
// What operators are shown of the policies (docs/cli.md, `serve`).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/gateway/policies_state.h"
#include "runtime/gateway/time_text.h"

namespace sbx::gateway {

namespace {

using Json = nlohmann::ordered_json;

Json policy_json(const embed::Generation& generation) {
  const Manifest& manifest = generation.manifest();
  return {{"name", manifest.name}, {"revision", manifest.revision}, {"file", manifest.file}};
}

Json document(const std::string& text) { return text.empty() ? Json(nullptr) : Json::parse(text, nullptr, false); }

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json kept_entry(const Kept& one, bool active, int64_t inflight) {
  return {{"generation", one.generation->number},
          {"policy", policy_json(*one.generation)},
          {"loaded_at", time_text(one.loaded_us)},
          {"from", one.origin},
          {"active", active},
          {"inflight", inflight},
          {"diff", document(one.diff)}};
}

Json last_load(const std::optional<LastLoad>& last) {
  if (!last) return nullptr;
  return {{"result", last->accepted ? "active" : "rejected"},
          {"at", time_text(last->at_us)},
          {"reason", last->reason.empty() ? Json(nullptr) : Json(last->reason)},
          {"findings", document(last->document)},
          {"diff", document(last->diff)}};
}

}  // namespace

int64_t Policies::State::inflight(const std::shared_ptr<embed::Generation>& generation) const {
  int64_t ours = 1;  // `kept`
  ours += active == generation;
  ours += shadow && shadow->generation() == generation;
  ours += canary && canary->generation() == generation;
  return std::max<int64_t>(0, generation.use_count() - ours);
}

std::string Policies::State::status_json() const {
  const std::lock_guard lock(mutex);
  Json previous = Json::array(), held = Json::object();
  for (const Kept& one : kept) {
    if (one.generation != active) previous.push_back(kept_entry(one, false, inflight(one.generation)));
    held[std::to_string(one.generation->number)] = inflight(one.generation);
  }
  for (const auto& weak : leaving) {
    const std::shared_ptr<embed::Generation> one = weak.lock();
    if (one && one.use_count() > 1) held[std::to_string(one->number)] = one.use_count() - 1;
  }
  const Json json{{"generation", active ? Json(active->number) : Json(nullptr)},
                  {"policy", active ? policy_json(*active) : Json(nullptr)},
                  {"since", active ? Json(time_text(active_since_us)) : Json(nullptr)},
                  {"previous", previous},
                  {"last_load", last_load(last)},
                  {"shadow", shadow ? Json::parse(shadow->json()) : Json(nullptr)},
                  {"canary", canary ? Json::parse(canary->json()) : Json(nullptr)},
                  {"inflight", held}};
  const std::string object = dumped(json);
  return object.substr(1, object.size() - 2);
}

std::string Policies::State::list_json() const {
  const std::lock_guard lock(mutex);
  Json generations = Json::array();
  for (const Kept& one : kept) generations.push_back(kept_entry(one, one.generation == active, inflight(one.generation)));
  return dumped({{"schema", "signalbox.policies/1"},
                 {"generation", active ? Json(active->number) : Json(nullptr)},
                 {"shadow", shadow ? Json(shadow->generation()->number) : Json(nullptr)},
                 {"canary", canary ? Json(canary->generation()->number) : Json(nullptr)},
                 {"generations", generations}});
}

std::string Policies::State::kept_json(uint64_t number) const {
  const std::lock_guard lock(mutex);
  const auto found = std::ranges::find(kept, number, [](const Kept& one) { return one.generation->number; });
  if (found == kept.end()) return "null";
  return dumped(kept_entry(*found, found->generation == active, inflight(found->generation)));
}

}  // namespace sbx::gateway
