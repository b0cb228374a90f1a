// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/known_decisions.h"

#include <algorithm>
#include <utility>

namespace sbx::gateway {

std::shared_ptr<const Choice> choice_of(const observe::Served& served) {
  const auto& selector = served.decision.selector;
  if (!selector || selector->from == nullptr || served.attempts.empty()) return nullptr;
  const Manifest& manifest = served.generation->manifest();
  Choice choice{.generation = served.generation, .from = selector->from};
  choice.chosen = manifest.models[served.attempts.back().model].name;
  for (const SelectorTerm& term : selector->terms) choice.contenders.push_back(manifest.models[term.model].name);
  if (std::ranges::find(choice.contenders, choice.chosen) == choice.contenders.end()) return nullptr;
  choice.readings.resize(served.decision.readings.size());
  for (const Selector& by : selector->from->by) {
    for (const SignalId signal : by.reads) choice.readings[signal.index] = served.decision.readings[signal.index];
  }
  if (served.cost_micros) choice.cost_usd = static_cast<double>(*served.cost_micros) / 1e6;
  choice.latency_ms = static_cast<double>(served.attempts.back().duration_us) / 1e3;
  return std::make_shared<const Choice>(std::move(choice));
}

void KnownDecisions::add(const std::string& id, std::optional<size_t> client) {
  const std::lock_guard lock(mutex_);
  if (!known_.emplace(id, Known{.client = client, .choice = nullptr}).second) return;
  order_.push_back(id);
  if (order_.size() <= kMost) return;
  known_.erase(order_.front());
  order_.pop_front();
}

void KnownDecisions::keep(const std::string& id, std::shared_ptr<const Choice> choice) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(id);
  if (found == known_.end()) return;
  found->second.ended = true;
  found->second.choice = std::move(choice);
}

KnownDecisions::Answer KnownDecisions::tell(const std::string& id, std::optional<size_t> client) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(id);
  if (found == known_.end() || found->second.client != client) return {};
  if (!found->second.ended) return {.told = Told::TooEarly, .choice = nullptr};
  if (std::exchange(found->second.told, true)) return {.told = Told::Before, .choice = nullptr};
  return {.told = Told::Now, .choice = found->second.choice};
}

void KnownDecisions::untell(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(id); found != known_.end()) found->second.told = false;
}

}  // namespace sbx::gateway
