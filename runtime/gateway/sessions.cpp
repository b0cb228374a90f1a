// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/sessions.h"

#include <algorithm>

namespace sbx::gateway {

void Sessions::answered(const std::string& session, const std::string& model, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_id_.find(session); found != by_id_.end()) recent_.erase(found->second);
  recent_.push_front({session, model, now_us});
  by_id_[session] = recent_.begin();
  if (recent_.size() <= kMost) return;
  by_id_.erase(recent_.back().session);
  recent_.pop_back();
}

void Sessions::recall(Request& request) {
  constexpr int64_t kMicrosOfMilli = 1000;
  if (!request.session.id || request.session.previous_model) return;
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(*request.session.id);
  if (found == by_id_.end()) return;
  request.session.previous_model = found->second->model;
  request.session.idle_ms = std::max<int64_t>(0, request.time_us - found->second->at_us) / kMicrosOfMilli;
}

}  // namespace sbx::gateway
