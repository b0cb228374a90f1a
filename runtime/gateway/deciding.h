// SPDX-License-Identifier: Apache-2.0
// One request decided by the policy in force, with what the gateway remembers; a shadow decides beside it.
#pragma once

#include "runtime/gateway/serving.h"

namespace sbx::gateway {

/// Whether a decision may wait for models: then not on a loop's thread.
[[nodiscard]] bool may_wait(const Policies::Pick& pick);
/// By the whole request. Fills in what its session lacks. R0733, R0734.
[[nodiscard]] Result<Decision> decide(Serving& serving, const Policies::Pick& pick, Request& request);
/// By what precedes the body, if no body could make it another decision. Asks no models.
[[nodiscard]] Result<std::optional<Decision>> decide_early(Serving& serving, const Policies::Pick& pick, Request& head);
/// Though the body stays away: what only it tells is unknown.
[[nodiscard]] Result<Decision> decide_without_body(Serving& serving, const Policies::Pick& pick, Request& head);

}  // namespace sbx::gateway
