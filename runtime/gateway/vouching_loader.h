// SPDX-License-Identifier: Apache-2.0
// Policies that ask for more than these settings give are refused before they serve.
#pragma once

#include "runtime/gateway/policies.h"

namespace sbx::gateway {

/// Refuses what another loader has loaded if it reads as verified what nobody vouches for, or has models of providers that are not set up.
class VouchingLoader final : public PolicyLoader {
 public:
  VouchingLoader(const Settings& settings, PolicyLoader& loader) : settings_(settings), loader_(loader) {}
  [[nodiscard]] LoadedPolicy load(const Candidate& candidate, const embed::Generation* running) override;

 private:
  const Settings& settings_;
  PolicyLoader& loader_;
};

}  // namespace sbx::gateway
