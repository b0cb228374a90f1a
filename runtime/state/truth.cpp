// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/truth.h"

#include <algorithm>

namespace sbx::state {

std::optional<Outcome> outcome_of(const Snapshot& before, std::span<const Update> updates) {
  Outcome outcome;
  for (const Update& update : updates) {
    const EntryName name{update.policy, update.state, update.key};
    auto entry = std::ranges::find(outcome.entries, name, [](const auto& one) { return one.first; });
    if (entry == outcome.entries.end()) {
      const Cells* cells = before.find(name);
      outcome.entries.emplace_back(name, cells == nullptr ? std::make_shared<Cells>() : std::make_shared<Cells>(*cells));
      entry = outcome.entries.end() - 1;
    }
    Cells& cells = *entry->second;
    if (!carry_out(cells, update.member, update.operation)) return std::nullopt;
    for (std::string& member : changed_members(update.member, update.operation)) {
      const Cell* cell = &cells.find(member)->second;
      const bool known = std::ranges::any_of(outcome.changed, [&](const ChangedCell& one) { return one.cell == cell; });
      if (!known) outcome.changed.push_back({name, std::move(member), cell});
    }
  }
  return outcome;
}

std::shared_ptr<const Snapshot> Truth::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

void Truth::publish(std::shared_ptr<const Snapshot> snapshot) {
  const std::lock_guard lock(mutex_);
  snapshot_.swap(snapshot);
}

void Truth::set(std::shared_ptr<const Snapshot> snapshot) {
  const std::lock_guard lock(writing_);
  publish(std::move(snapshot));
}

bool Truth::apply(std::span<const Update> updates, const std::function<void(const Outcome&)>& accept) {
  const std::lock_guard lock(writing_);
  const std::shared_ptr<const Snapshot> before = snapshot();
  const std::optional<Outcome> outcome = outcome_of(*before, updates);
  if (!outcome) return false;
  accept(*outcome);
  std::vector<Change> changes;
  for (const auto& [name, cells] : outcome->entries) changes.push_back({name, cells});
  publish(before->with(changes));
  return true;
}

void Truth::forget(std::string_view policy, std::string_view state, const std::function<void()>& accept) {
  const std::lock_guard lock(writing_);
  accept();
  publish(snapshot()->without(policy, state));
}

}  // namespace sbx::state
