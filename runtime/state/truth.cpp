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

namespace {

/// The last window that a counter of the entry has begun; nothing where something else is remembered.
std::optional<int64_t> window_of(const Cells& cells) {
  std::optional<int64_t> last;
  for (const auto& [member, cell] : cells) {
    const auto* counter = std::get_if<Counter>(&cell);
    if (counter == nullptr) return std::nullopt;
    last = std::max(last.value_or(counter->window_us), counter->window_us);
  }
  return last;
}

}  // namespace

// All counters of a state have the same windows, so that the newest one tells which are over.
void Truth::find_over(const Snapshot& before, Prepared& prepared) {
  for (const auto& [name, cells] : prepared.entries) {
    const std::optional<int64_t> window = window_of(*cells);
    if (!window) continue;
    int64_t& newest = newest_[{std::string(name.policy), std::string(name.state)}];
    if (*window <= newest) continue;
    newest = *window;
    before.for_each([&](const EntryName& other, const Cells& old) {
      const std::optional<int64_t> begun =
          other.policy == name.policy && other.state == name.state && other.key != name.key ? window_of(old) : std::nullopt;
      if (begun && *begun < *window) prepared.over.push_back(other);
    });
  }
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
  Prepared prepared = prepare(*before, updates);
  if (prepared.refused) return prepared.refused;
  find_over(*before, prepared);
  accept(prepared);
  std::vector<Change> changes;
  for (const EntryName& name : prepared.over) changes.push_back({name, nullptr});
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
