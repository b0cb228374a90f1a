// SPDX-License-Identifier: Apache-2.0
// Who asks: by the key that a client shows, and by headers that the operator trusts. What a client says of itself beyond that is a claim.
#pragma once

#include <optional>
#include <string>

#include "runtime/gateway/settings.h"
#include "runtime/http/message.h"
#include "runtime/program/manifest.h"
#include "runtime/request/request.h"

namespace sbx::gateway {

/// Which client of the settings shows its key; nothing: none of them, or they list none.
[[nodiscard]] std::optional<size_t> client_of(const Settings& settings, const http::Headers& headers);
/// False if the settings list clients and this is none of them. Else fills what is known of the user and the session.
[[nodiscard]] bool identify(const Settings& settings, const http::Request& from, Request& request);

/// Whether two secrets are equal, in a time that says nothing of where they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);
/// What `authorization: Bearer …` or `x-api-key` shows; empty: nothing.
[[nodiscard]] std::string_view shown_key(const http::Headers& headers);

/// The first input that the policy declares `verified` and these settings do not vouch for, in words; empty: there is none.
[[nodiscard]] std::string unvouched(const TrustSettings& trust, const Manifest& manifest);

/// Whether a list with commas, as of `connection`, names a header.
[[nodiscard]] bool is_named(std::string_view list, std::string_view header);

/// Takes out what is for the gateway alone: hop-by-hop headers, what the gateway itself sets, what a trusted proxy told it of the user, and,
/// where clients have keys of ours, those.
void strip_for_upstream(const Settings& settings, http::Headers& headers);

}  // namespace sbx::gateway
