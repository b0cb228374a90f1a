// SPDX-License-Identifier: Apache-2.0
// Where what is learned and what is spent is kept: in memory, in a file of SQLite, or in a Redis that several gateways share.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/state/snapshot.h"

namespace sbx::state {

/// One change of one member of an entry.
struct Update {
  std::string policy, state, key, member;
  Operation operation;
};

struct Applied {
  std::optional<size_t> refused;  // the update whose hold was; then nothing was applied
  uint64_t ticket = 0;            // for `sync`
};

/// What operators are told.
struct StoreStatus {
  std::string kind;  // memory, sqlite, redis
  bool is_good = true;
  std::string trouble;  // why not: what is decided then goes by the last snapshot
  size_t entries = 0;
  uint64_t version = 0;
};

/// Thread-safe. What decides reads a snapshot; `apply` alone writes.
class Store {
 public:
  virtual ~Store() = default;
  /// Never waits for disk or network.
  [[nodiscard]] virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
  /// All of the updates, at once, or none. The next snapshot shows them. R0782 where the store cannot be reached.
  [[nodiscard]] virtual Result<Applied> apply(std::span<const Update> updates) = 0;
  /// Waits until what was applied under this ticket outlives the process. R0782: it does not yet; that takes nothing back, and the store
  /// goes on trying.
  [[nodiscard]] virtual Result<bool> sync(uint64_t ticket) = 0;
  /// Forgets all entries of one state. R0782.
  [[nodiscard]] virtual Result<bool> forget(const std::string& policy, const std::string& state) = 0;
  [[nodiscard]] virtual StoreStatus status() const = 0;
  /// Whether `apply` and `sync` may wait for disk or network.
  [[nodiscard]] virtual bool waits() const { return true; }
};

[[nodiscard]] std::unique_ptr<Store> memory_store();
/// Makes the file where there is none. One process at a time may write to it. R0780, R0781.
[[nodiscard]] Result<std::unique_ptr<Store>> sqlite_store(const std::string& path);
/// What the file of a store holds, also while a gateway writes to it. R0780.
[[nodiscard]] Result<std::shared_ptr<const Snapshot>> read_sqlite(const std::string& path);
/// `redis://[:PASSWORD@]HOST[:PORT][/DB]` or `redis+unix:PATH`. Connects when it is first needed, and again after an outage. R0780.
[[nodiscard]] Result<std::unique_ptr<Store>> redis_store(const std::string& url);
/// `memory`, `sqlite:PATH` or the URL of a Redis. R0780, R0781.
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const std::string& where);
/// Whether `open_store` would find what it needs, also while a gateway writes there. Makes nothing and asks no network. R0780.
[[nodiscard]] Result<bool> check_store(const std::string& where);

/// What a policy says of one of its states: what must be the same for what was learned to mean the same, and what only tunes it.
struct Schema {
  std::string state;
  std::string shape;       // `elo per (model, topic)`
  std::string parameters;  // `k: 24`
};
struct Adopted {
  enum class How : uint8_t { New, Kept, Mapped, Reset };
  std::string state;
  How how = How::New;
};
[[nodiscard]] std::string_view to_string(Adopted::How how);
/// Before a policy is served: keeps what has the same name and shape (Mapped: other parameters), forgets what has another shape. What the
/// policy no longer has stays, for the policy to come back to. R0782.
[[nodiscard]] Result<std::vector<Adopted>> adopt(Store& store, const std::string& policy, std::span<const Schema> schemas);

}  // namespace sbx::state
