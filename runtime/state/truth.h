// SPDX-License-Identifier: Apache-2.0
// The newest snapshot, and updates applied to it: what every store has in this process. Only for runtime/state.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "runtime/state/store.h"

namespace sbx::state {

/// A cell that an update has changed.
struct ChangedCell {
  EntryName name;  // of the update
  std::string member;
  const Cell* cell;
};

/// What updates make of a snapshot, unless a hold among them is refused: its place. `changed` views the updates and the new cells, `over`
/// the snapshot: entries whose window ended when one of the updates began a later one, which say nothing any more.
struct Prepared {
  std::optional<size_t> refused;
  std::vector<std::pair<EntryName, std::shared_ptr<Cells>>> entries;
  std::vector<ChangedCell> changed;
  std::vector<EntryName> over;
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
  void find_over(const Snapshot& before, Prepared& prepared);

  std::mutex writing_;                                             // held while updates are applied; guards newest_
  std::map<std::pair<std::string, std::string>, int64_t> newest_;  // the last window of a policy's state that a counter began
  mutable std::mutex mutex_;  // guards snapshot_; held for a copy of it
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<Snapshot>();
};

}  // namespace sbx::state
