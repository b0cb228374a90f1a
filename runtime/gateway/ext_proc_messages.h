// SPDX-License-Identifier: Apache-2.0
// Envoy's messages in the words of this room: heads as HTTP says them, metadata as what is read of it, answers by what they do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/gateway/ext_proc.pb.h"
#include "runtime/http/message.h"

namespace sbx::gateway::envoy {

using BodyMode = ProcessingMode::BodySendMode;

constexpr std::string_view kDestination = "x-gateway-destination-endpoint";

/// The request line, and headers without those that begin with a colon; `:authority` is `host`.
[[nodiscard]] http::Request request_of(const HttpHeaders& head);
/// The status of an answer, 0 if it is none, and its headers.
[[nodiscard]] http::Response answer_of(const HttpHeaders& head);

/// The servers that the proxy allows; nothing: it does not say.
[[nodiscard]] std::optional<std::vector<std::string>> subset_hint(const ProcessingRequest& message);
/// The server that answered; empty: the proxy does not say.
[[nodiscard]] std::string served_endpoint(const ProcessingRequest& message);

/// Replaces a header, or adds it.
void set_header(HeaderMutation& mutation, std::string_view name, std::string_view value);
void set_text(Struct& to, const std::string& name, std::string_view value);
/// The proxy answers so itself.
[[nodiscard]] ProcessingResponse immediate(const http::Response& answer, std::string_view details);

}  // namespace sbx::gateway::envoy
