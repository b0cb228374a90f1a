// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/truth.h"

#include <algorithm>

namespace sbx::state {

Prepared prepare(const Snapshot& before, std::span<const Update> updates) {
  Prepared prepared;
  for (size_t i = 0; i < updates.size(); ++i) {
    const Update& update = updates[i];
    const EntryName name{update.policy, update.state, update.key};
    auto entry = std::ranges::find(prepared.entries, name, [](const auto& one) { return one.first; });
    if (entry == prepared.entries.end()) {
      const Cells* cells = before.find(name);
      prepared.entries.emplace_back(name, cells == nullptr ? std::make_shared<Cells>() : std::make_shared<Cells>(*cells));
      entry = prepared.entries.end() - 1;
    }
    Cells& cells = *entry->second;
    if (!carry_out(cells, update.member, update.operation)) return {.refused = i, .entries = {}, .changed = {}};
    for (std::string& member : changed_members(update.member, update.operation)) {
      const Cell* cell = &cells.find(member)->second;
      const bool known = std::ranges::any_of(prepared.changed, [&](const ChangedCell& one) { return one.cell == cell; });
      if (!known) prepared.changed.push_back({name, std::move(member), cell});
    }
  }
  return prepared;
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

std::optional<size_t> Truth::apply(std::span<const Update> updates, const std::function<void(const Prepared&)>& accept) {
  const std::lock_guard lock(writing_);
  const std::shared_ptr<const Snapshot> before = snapshot();
  const Prepared prepared = prepare(*before, updates);
  if (prepared.refused) return prepared.refused;
  accept(prepared);
  std::vector<Change> changes;
  for (const auto& [name, cells] : prepared.entries) changes.push_back({name, cells});
  publish(before->with(changes));
  return std::nullopt;
}

void Truth::forget(std::string_view policy, std::string_view state, const std::function<void()>& accept) {
  const std::lock_guard lock(writing_);
  accept();
  publish(snapshot()->without(policy, state));
}

}  // namespace sbx::state
