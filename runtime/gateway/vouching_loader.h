// SPDX-License-Identifier: Apache-2.0
// Policies that ask for more than these settings give are refused before they serve.
#pragma once

#include "runtime/gateway/policies.h"

namespace sbx::gateway {

/// Takes back what was loaded: an answer of 422, with the error as its document.
void reject(LoadedPolicy& loaded, const Error& error);

/// Refuses what another loader has loaded if it reads as verified what nobody vouches for, has models of providers or asks for guardrails
/// or retrievers that are not set up, or goes by learned models that are not there.
class VouchingLoader final : public PolicyLoader {
 public:
  VouchingLoader(const Settings& settings, PolicyLoader& loader, models::Models& models) : settings_(settings), loader_(loader), models_(models) {}
  [[nodiscard]] LoadedPolicy load(const Candidate& candidate, const std::string& running) override;
  void stop() override { loader_.stop(); }

 private:
  const Settings& settings_;
  PolicyLoader& loader_;
  models::Models& models_;
};

}  // namespace sbx::gateway
