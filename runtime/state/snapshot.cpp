// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/snapshot.h"

#include <xxhash.h>

namespace sbx::state {

std::string join_key(std::span<const std::string_view> parts) {
  std::string key;
  for (const std::string_view& part : parts) {
    if (&part != parts.data()) key += '|';
    for (const char c : part) {
      if (c == '|' || c == '\\') key += '\\';
      key += c;
    }
  }
  return key;
}

std::vector<std::string> split_key(std::string_view key) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < key.size(); ++i) {
    if (key[i] == '|') {
      parts.emplace_back();
    } else {
      if (key[i] == '\\' && i + 1 < key.size()) ++i;
      parts.back() += key[i];
    }
  }
  return parts;
}

size_t Snapshot::Hash::operator()(const EntryName& name) const {
  uint64_t hash = XXH3_64bits(name.policy.data(), name.policy.size());
  hash = XXH3_64bits_withSeed(name.state.data(), name.state.size(), hash);
  return XXH3_64bits_withSeed(name.key.data(), name.key.size(), hash);
}

const Cells* Snapshot::find(const EntryName& name) const {
  const auto& shard = shards_[Hash{}(name) % kShards];
  if (shard == nullptr) return nullptr;
  const auto found = shard->find(name);
  return found == shard->end() ? nullptr : found->second.get();
}

size_t Snapshot::size() const {
  size_t total = 0;
  for (const auto& shard : shards_) total += shard == nullptr ? 0 : shard->size();
  return total;
}

void Snapshot::for_each(const std::function<void(const EntryName&, const Cells&)>& visit) const {
  for (const auto& shard : shards_) {
    if (shard == nullptr) continue;
    for (const auto& [name, cells] : *shard) visit(name.view(), *cells);
  }
}

std::shared_ptr<const Snapshot> Snapshot::with(std::span<const Change> changes) const {
  auto next = std::make_shared<Snapshot>(*this);
  std::array<std::shared_ptr<Shard>, kShards> copied;
  for (const Change& change : changes) {
    const size_t at = Hash{}(change.name) % kShards;
    if (copied[at] == nullptr) {
      copied[at] = shards_[at] == nullptr ? std::make_shared<Shard>() : std::make_shared<Shard>(*shards_[at]);
      next->shards_[at] = copied[at];
    }
    const EntryName& name = change.name;
    Name owned{std::string(name.policy), std::string(name.state), std::string(name.key)};
    if (change.cells == nullptr)
      copied[at]->erase(owned);
    else
      copied[at]->insert_or_assign(std::move(owned), change.cells);
    ++next->version_;
  }
  return next;
}

std::shared_ptr<const Snapshot> Snapshot::without(std::string_view policy, std::string_view state) const {
  auto next = std::make_shared<Snapshot>(*this);
  for (auto& shard : next->shards_) {
    if (shard == nullptr) continue;
    auto left = std::make_shared<Shard>(*shard);
    std::erase_if(*left, [&](const auto& entry) { return entry.first.policy == policy && entry.first.state == state; });
    shard = std::move(left);
  }
  ++next->version_;
  return next;
}

}  // namespace sbx::state
