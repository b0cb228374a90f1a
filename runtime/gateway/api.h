// SPDX-License-Identifier: Apache-2.0
// The interfaces that clients speak to the gateway: which path is which, and how each says that something went wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/engine/decision.h"
#include "runtime/http/message.h"
#include "runtime/request/request.h"

namespace sbx::gateway {

enum class Api : uint8_t { Chat, Responses, Embeddings, Messages, CountTokens };
/// By the path of a call: `/v1/chat/completions` and so on; nothing for a path that no model answers.
[[nodiscard]] std::optional<Api> api_of(std::string_view path);
[[nodiscard]] Dialect dialect_of(Api api);

/// An error as clients of that dialect read it: status, kind of error and code by what the dialect has for the status.
[[nodiscard]] http::Response error_answer(Dialect dialect, int status, std::string_view message, std::string_view code = {});
/// The dialect by what is known of a request: its path, and the header that only clients of one send.
[[nodiscard]] Dialect guess_dialect(const http::Request& request);

/// How a request ends without a model's answer.
using End = std::variant<Denial, Response, Escalation>;
/// Of a decision without attempts.
[[nodiscard]] End end_of(const Decision& decision);
/// What the client is told of it.
[[nodiscard]] http::Response end_answer(Api api, const Request& request, const End& end);

/// `respond "…"` as an answer of a model would be, whole or as a stream.
[[nodiscard]] http::Response respond_answer(Api api, const Request& request, std::string_view id, std::string_view text);

}  // namespace sbx::gateway
