// SPDX-License-Identifier: Apache-2.0
// How a candidate failed, and which one that leads to (docs/language/candidates.md#fallbacks).
#pragma once

#include <string_view>
#include <variant>

#include "runtime/engine/decision.h"
#include "runtime/http/client.h"

namespace sbx::gateway {

/// `429`, `4xx` or `5xx`.
[[nodiscard]] std::string_view class_of(int status);
/// `timeout`, `malformed` or `unavailable`: of a call that came to no answer.
[[nodiscard]] std::string_view class_of(http::CallEnd end);
/// What a request gets once a candidate has failed so and no other is tried; null: what the failure itself says, as it does not lead there.
[[nodiscard]] const std::variant<Denial, Response, Escalation>* end_after(const Manifest& manifest, const Decision& decision,
                                                                          std::string_view outcome, int status);
/// Whether a failure of that class, and of that status where there was an answer, leads on to a candidate.
[[nodiscard]] bool leads_on(std::string_view outcome, int status, const Attempt& attempt);

}  // namespace sbx::gateway
