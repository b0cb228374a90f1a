// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/lookup.h"

namespace sbx {

std::vector<const Outcome*> outcomes_of(const Manifest& manifest) {
  std::vector<const Outcome*> outcomes;
  for (const Route& route : manifest.routes) outcomes.push_back(&route.outcome);
  if (manifest.otherwise) outcomes.push_back(&*manifest.otherwise);
  if (manifest.unserved) outcomes.push_back(&*manifest.unserved);
  return outcomes;
}

std::optional<SignalId> find_signal(const Manifest& manifest, std::string_view name) {
  for (size_t i = 0; i < manifest.signals.size(); ++i) {
    if (manifest.signals[manifest.signals.id_at(i)].name == name) return manifest.signals.id_at(i);
  }
  return std::nullopt;
}

}  // namespace sbx
