// SPDX-License-Identifier: Apache-2.0
// What every call passes before a policy decides it, by whichever door it came: who asks, which policy decides, what the body says. Each
// step gives the answer that refuses the call, or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/gateway/serving.h"

namespace sbx::gateway {

using Refusal = std::optional<http::Response>;

/// Names the request, and reads from its head who asks. 401.
[[nodiscard]] Refusal accept_head(const Settings& settings, const http::Request& head, Api api, Request& request, observe::Served& served);
/// Which policy decides. 503.
[[nodiscard]] Refusal pick_policy(const Policies& policies, const Request& request, Policies::Pick& pick, observe::Served& served);
/// The bytes of a body whose head says that they are compressed, in `plain`, which stays empty where they are not. 413, 415.
[[nodiscard]] Refusal decompress(const Settings& settings, const http::Headers& headers, Dialect dialect, std::string_view body,
                                 std::optional<std::string>& plain);
/// Reads the body into the request that its head began. 400.
[[nodiscard]] Refusal accept_body(std::string_view body, Request& request);
/// Whether the model that the client asks for is one that the policy serves. 404.
[[nodiscard]] Refusal accept_model(const Manifest& manifest, const Request& request);

/// How many answers a call asks for: `n`.
[[nodiscard]] int64_t answers_asked(std::string_view body);

/// What the client is told of a decision: its id, the policy, the route, the model that answers, if one does.
[[nodiscard]] http::Headers decision_marks(const std::string& id, const Manifest& manifest, const Decision& decision, const Model* model);

}  // namespace sbx::gateway
