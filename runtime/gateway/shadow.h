// SPDX-License-Identifier: Apache-2.0
// What a shadow would have decided otherwise: counted, and some of it kept. Nothing of a request's text is kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "runtime/embed/generation.h"
#include "runtime/engine/decision.h"

namespace sbx::gateway {

/// Of one generation, from when it became a shadow. Thread-safe.
class Shadow {
 public:
  explicit Shadow(std::shared_ptr<embed::Generation> generation) : generation_(std::move(generation)) {}

  [[nodiscard]] const std::shared_ptr<embed::Generation>& generation() const { return generation_; }
  /// Decisions are compared by what would be sent and answered; names of routes and rules do not count.
  void compare(const embed::Generation& live, const Decision& decided, const Decision& shadowed);
  /// `{"generation","requests","different","moves":[{"live","shadow","count"}],"unlisted","samples":[…]}`.
  [[nodiscard]] std::string json() const;

 private:
  struct Move {
    uint64_t count = 0;
    std::vector<std::string> samples;  // JSON; the newest ones
  };
  std::shared_ptr<embed::Generation> generation_;
  mutable std::mutex mutex_;  // guards what follows; held for a count or a copy
  uint64_t requests_ = 0, different_ = 0, unlisted_ = 0;
  std::map<std::pair<std::string, std::string>, Move> moves_;  // by who won: live, shadow
};

}  // namespace sbx::gateway
