// SPDX-License-Identifier: Apache-2.0
// All that is remembered, as it was at one moment. What reads it never waits and never changes it.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/state/cell.h"

namespace sbx::state {

/// Which entry: of a policy, of one of its states, for one key. Stable over reloads: nothing in it is a position.
struct EntryName {
  std::string_view policy, state, key;
  friend bool operator==(const EntryName&, const EntryName&) = default;
};

/// The key of several parts, as one text: no part can be taken for two.
[[nodiscard]] std::string join_key(std::span<const std::string_view> parts);
[[nodiscard]] std::vector<std::string> split_key(std::string_view key);

/// One entry as it is from now on; without cells it is dropped.
struct Change {
  EntryName name;
  std::shared_ptr<const Cells> cells;
};

/// Immutable; shared by all threads.
class Snapshot {
 public:
  /// Null: nothing is remembered.
  [[nodiscard]] const Cells* find(const EntryName& name) const;
  /// The cell of a member, if it is of this kind.
  template <class Kind>
  [[nodiscard]] const Kind* find(const EntryName& name, std::string_view member) const {
    const Cells* cells = find(name);
    if (cells == nullptr) return nullptr;
    const auto found = cells->find(member);
    return found == cells->end() ? nullptr : std::get_if<Kind>(&found->second);
  }
  /// Counts the changes that led here.
  [[nodiscard]] uint64_t version() const { return version_; }
  [[nodiscard]] size_t size() const;
  /// Calls `visit` for every entry, in no order.
  void for_each(const std::function<void(const EntryName&, const Cells&)>& visit) const;

  /// With entries replaced. Copies a 256th of all entries' addresses for each, once where they fall together.
  [[nodiscard]] std::shared_ptr<const Snapshot> with(std::span<const Change> changes) const;
  /// Without what a state of a policy remembers.
  [[nodiscard]] std::shared_ptr<const Snapshot> without(std::string_view policy, std::string_view state) const;

 private:
  struct Name {
    std::string policy, state, key;
    [[nodiscard]] EntryName view() const { return {policy, state, key}; }
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(const EntryName& name) const;
    size_t operator()(const Name& name) const { return (*this)(name.view()); }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const Name& a, const EntryName& b) const { return a.view() == b; }
    bool operator()(const EntryName& a, const Name& b) const { return a == b.view(); }
    bool operator()(const Name& a, const Name& b) const { return a.view() == b.view(); }
  };
  using Shard = std::unordered_map<Name, std::shared_ptr<const Cells>, Hash, Same>;
  static constexpr size_t kShards = 256;

  std::array<std::shared_ptr<const Shard>, kShards> shards_;
  uint64_t version_ = 0;
};

}  // namespace sbx::state
