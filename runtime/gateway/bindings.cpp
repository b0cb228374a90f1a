// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/bindings.h"

namespace sbx::gateway {

void Bindings::keep(const std::string& response_id, Binding binding) {
  const std::lock_guard lock(mutex_);
  if (by_id_.contains(response_id)) return;
  recent_.emplace_front(response_id, std::move(binding));
  by_id_.emplace(response_id, recent_.begin());
  if (recent_.size() <= kMost) return;
  by_id_.erase(recent_.back().first);
  recent_.pop_back();
}

std::optional<Binding> Bindings::find(const std::string& response_id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(response_id);
  if (found == by_id_.end()) return std::nullopt;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->second;
}

}  // namespace sbx::gateway
