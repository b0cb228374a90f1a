// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/answer_cache.h"

#include <openssl/sha.h>

#include <chrono>

namespace sbx::gateway {

namespace {

int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

// SHA-256 of the parts, each with its length before it: two questions that differ never share an answer.
std::string AnswerCache::key(std::string_view tenant, std::string_view provider, std::string_view target, std::string_view body) {
  std::string all;
  for (const std::string_view part : {tenant, provider, target, body}) all.append(std::to_string(part.size())).append(":").append(part);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(), digest);
  return {reinterpret_cast<const char*>(digest), sizeof digest};
}

std::shared_ptr<const http::Response> AnswerCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  if (found->second->until_ms < steady_ms()) {
    drop(found->second);
    return nullptr;
  }
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->answer;
}

void AnswerCache::keep(const std::string& key, http::Response answer) {
  const size_t bytes = key.size() + answer.body.size() + 512;
  if (answer.body.size() > most_bytes()) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
  recent_.push_front({key, std::make_shared<const http::Response>(std::move(answer)), steady_ms() + settings_.ttl_ms, bytes});
  by_key_.emplace(key, recent_.begin());
  bytes_ += bytes;
  while (bytes_ > static_cast<size_t>(settings_.bytes)) drop(std::prev(recent_.end()));
}

void AnswerCache::drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  recent_.erase(entry);
}

}  // namespace sbx::gateway
