// SPDX-License-Identifier: Apache-2.0
// What a proxy is told of a request that goes on to a model: headers for its routes and for the model, and dynamic metadata.
#pragma once

#include <string>
#include <vector>

#include "runtime/effects/outgoing.h"
#include "runtime/engine/decision.h"
#include "runtime/gateway/ext_proc_messages.h"
#include "runtime/http/message.h"

namespace sbx::gateway {

/// A call as it was routed. All of it must outlive the functions.
struct RoutedCall {
  const Manifest& manifest;
  const Decision& decision;
  const Attempt& chosen;  // of the decision
  const effects::Outgoing& outgoing;
  const std::vector<std::string>& endpoints;  // servers to send it to; empty: the proxy knows
  const std::string& model_header;            // of the settings
  bool has_body = false;
};

/// `told` is what the client is told, too.
[[nodiscard]] http::Headers headers_of(const RoutedCall& call, http::Headers told);

/// Headers that must not go on: marks of ours that a client has set, keys that are ours alone, the encoding of a body that has none any
/// more.
void remove_headers(const http::Headers& client, const http::Headers& set, bool hides_keys, bool loses_encoding,
                    envoy::HeaderMutation& mutation);

/// `signalbox.*` of the headers, and where to send the request.
[[nodiscard]] envoy::Struct metadata_of(const http::Headers& headers, const std::vector<std::string>& endpoints);

}  // namespace sbx::gateway
