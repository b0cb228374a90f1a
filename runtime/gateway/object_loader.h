// SPDX-License-Identifier: Apache-2.0
// Policies that were compiled ahead of time, for a gateway: no compiler is asked.
#pragma once

#include <atomic>
#include <memory>

#include "runtime/gateway/policies.h"

namespace sbx::gateway {

/// A candidate whose bytes have been read, where they are an object.
struct ObjectCandidate {
  std::string bytes;
  std::string name;  // what messages call it
  std::string signature;
};
/// Nothing if the candidate is a text; an Error if its path cannot be read, or its signature.
[[nodiscard]] Result<std::optional<ObjectCandidate>> object_of(const Candidate& candidate, const PolicySettings& settings);

/// Loads objects; texts are R0759. Thread-safe.
class ObjectLoader final : public PolicyLoader {
 public:
  /// `models`: what signals of its policies may ask; null: none.
  explicit ObjectLoader(PolicySettings settings, std::shared_ptr<models::Models> models = {})
      : settings_(std::move(settings)), models_(std::move(models)) {}
  [[nodiscard]] LoadedPolicy load(const Candidate& candidate, const std::string& running) override;
  [[nodiscard]] LoadedPolicy load(const ObjectCandidate& candidate);
  /// An object that was compiled here a moment ago, so that no signature is asked for; or a module as JSON, which is interpreted.
  [[nodiscard]] Result<std::shared_ptr<embed::Generation>> load_own(std::string_view bytes, const std::string& name);
  /// Generations in memory that came from here.
  [[nodiscard]] uint64_t alive() const { return *alive_; }

 private:
  PolicySettings settings_;
  std::shared_ptr<models::Models> models_;
  std::shared_ptr<std::atomic<uint64_t>> alive_ = std::make_shared<std::atomic<uint64_t>>(0);
};

/// A candidate that was not accepted, for a reason that is no finding.
[[nodiscard]] LoadedPolicy rejected(const Error& error);

}  // namespace sbx::gateway
