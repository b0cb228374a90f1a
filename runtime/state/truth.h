// SPDX-License-Identifier: Apache-2.0
// The newest snapshot, and updates applied to it: what every store has in this process. Only for runtime/state.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "runtime/state/store.h"

namespace sbx::state {

/// A cell that an update has changed.
struct ChangedCell {
  EntryName name;  // of the update
  std::string member;
  const Cell* cell;
};

/// What updates make of a snapshot, unless a hold among them is refused: its place. `changed` views the updates and the new cells.
struct Prepared {
  std::optional<size_t> refused;
  std::vector<std::pair<EntryName, std::shared_ptr<Cells>>> entries;
  std::vector<ChangedCell> changed;
};
[[nodiscard]] Prepared prepare(const Snapshot& before, std::span<const Update> updates);

/// Thread-safe.
class Truth {
 public:
  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const;
  void set(std::shared_ptr<const Snapshot> snapshot);
  /// Sees to it that one is applied after the other; `accept` is told what changes before it is seen. Returns the place of a refused hold.
  [[nodiscard]] std::optional<size_t> apply(std::span<const Update> updates, const std::function<void(const Prepared&)>& accept);
  void forget(std::string_view policy, std::string_view state, const std::function<void()>& accept);

 private:
  void publish(std::shared_ptr<const Snapshot> snapshot);

  std::mutex writing_;        // held while updates are applied
  mutable std::mutex mutex_;  // guards snapshot_; held for a copy of it
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<Snapshot>();
};

}  // namespace sbx::state
