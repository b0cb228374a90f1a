// SPDX-License-Identifier: Apache-2.0
// A connection to a Redis that comes back after an outage. Only for runtime/state; the one door to hiredis.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"

struct redisContext;

namespace sbx::state {

struct RedisAddress {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string path;  // of a socket; then host and port do not count
  std::string password;
  int database = 0;
};
/// `redis://[:PASSWORD@]HOST[:PORT][/DB]`, `redis+unix:PATH`. R0780.
[[nodiscard]] Result<RedisAddress> parse_redis(const std::string& url);

/// What a Redis answers: texts, numbers as texts, or a list of them.
using RedisAnswer = std::vector<std::string>;

/// One thread at a time. Waits at most half a second for an answer; after a failure it fails at once for as long again.
/// The process must ignore SIGPIPE: hiredis writes to what may be gone.
class RedisConnection {
 public:
  explicit RedisConnection(RedisAddress address) : address_(std::move(address)) {}
  /// One command with its arguments. R0782.
  [[nodiscard]] Result<RedisAnswer> ask(const std::vector<std::string>& words);
  /// How often it has connected: another number, and what was known before may have changed unseen.
  [[nodiscard]] uint64_t times() const { return times_; }

 private:
  struct Close {
    void operator()(redisContext* context) const;
  };
  [[nodiscard]] std::optional<Error> connect();
  [[nodiscard]] Error fail(const std::string& why);
  [[nodiscard]] Result<RedisAnswer> send(const std::vector<std::string>& words);

  RedisAddress address_;
  std::unique_ptr<redisContext, Close> context_;
  std::chrono::steady_clock::time_point down_until_{};
  std::string why_;
  uint64_t times_ = 0;
};

}  // namespace sbx::state
