// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/names.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbx::diff {
namespace {

using Json = nlohmann::ordered_json;

void add_names(const Side& side, SignalId signal, const Json& reading, Json& readings) {
  for (size_t i = 0; i < side.signals.size(); ++i) {
    const std::string& name = side.manifest().signals[side.manifest().signals.id_at(i)].name;
    if (side.signals[i] == signal && !readings.contains(name)) readings[name] = reading;
  }
}

}  // namespace

std::string with_all_names(const Merged& merged, const std::string& envelope) {
  Json json = Json::parse(envelope);
  if (!json.contains("readings")) return envelope;
  const Json given = json["readings"];
  const Table<SignalId, SignalInfo>& signals = merged.module().manifest.signals;
  for (const auto& [name, reading] : given.items()) {
    for (size_t i = 0; i < signals.size(); ++i) {
      if (signals[signals.id_at(i)].name != name) continue;
      for (const Side* side : {&merged.old(), &merged.now()}) add_names(*side, signals.id_at(i), reading, json["readings"]);
    }
  }
  return json.dump();
}

}  // namespace sbx::diff
