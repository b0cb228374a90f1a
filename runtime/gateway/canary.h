// SPDX-License-Identifier: Apache-2.0
// A share of the requests that another generation decides, the same ones each time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "runtime/embed/generation.h"
#include "runtime/request/request.h"

namespace sbx::gateway {

/// What of a request tells whom it belongs to: `user.id`, `user.tier`, `user.region`, `user.team`, `session.id`, `header("x")`,
/// `metadata("x")`.
class CanaryKey {
 public:
  [[nodiscard]] static std::optional<CanaryKey> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::optional<std::string> value(const Request& request) const;

 private:
  enum class Kind : uint8_t { UserId, UserTier, UserRegion, UserTeam, SessionId, Header, Metadata };
  CanaryKey(std::string text, Kind kind, std::string name) : text_(std::move(text)), kind_(kind), name_(std::move(name)) {}
  std::string text_;
  Kind kind_;
  std::string name_;
};

/// Shared by the threads that serve; only its counts change.
class Canary {
 public:
  /// `percent` from 0 to 100, exact to a ten-thousandth.
  Canary(std::shared_ptr<embed::Generation> generation, double percent, CanaryKey key);

  /// By a hash of the key's value and the generation's revision: whoever is in stays in when the share grows, and two policies are not
  /// always tried on the same ones. A request without the key is never in.
  [[nodiscard]] bool takes(const Request& request) const;

  [[nodiscard]] const std::shared_ptr<embed::Generation>& generation() const { return generation_; }
  /// `{"generation","percent","key","requests","taken","without_key"}`.
  [[nodiscard]] std::string json() const;

 private:
  std::shared_ptr<embed::Generation> generation_;
  double percent_;
  uint64_t parts_;  // of a million
  uint64_t salt_;
  CanaryKey key_;
  mutable std::atomic<uint64_t> requests_ = 0, taken_ = 0, without_key_ = 0;
};

}  // namespace sbx::gateway
