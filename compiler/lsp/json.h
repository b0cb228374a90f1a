// SPDX-License-Identifier: Apache-2.0
// How messages of the protocol are held: members in the order they were written, so that the same input gives the same bytes.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace sbx::lsp {

using Json = nlohmann::ordered_json;

/// JSON-RPC's and the protocol's own codes.
enum class ErrorCode : int {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  InternalError = -32603,
  ServerNotInitialized = -32002,
  RequestFailed = -32803,
  RequestCancelled = -32800,
};

/// Why a request is answered with an error; thrown by its function, caught by the server.
struct Refusal : std::runtime_error {
  Refusal(ErrorCode why, const std::string& message) : std::runtime_error(message), code(why) {}
  ErrorCode code;
};

}  // namespace sbx::lsp
