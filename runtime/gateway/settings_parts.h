// SPDX-License-Identifier: Apache-2.0
// The parts of the settings, one function each; settings.cpp is their list.
#pragma once

#include "runtime/gateway/section.h"
#include "runtime/gateway/settings.h"

namespace sbx::gateway {

/// Where to listen: `HOST:PORT`, `unix:PATH`.
void read_address(Section& from, std::string_view name, std::string& to);
/// Whom to call; only `http:` and `https:` where there is no `unix`.
void read_url(Section& from, const Yaml& value, std::string_view name, std::string& to);

void read_admin(Section& all, AdminSettings& to);
void read_ext_proc(Section& all, ExtProcSettings& to);
void read_tls(Section& all, std::optional<TlsSettings>& to);
void read_clients(Section& all, std::vector<ClientSettings>& to);
void read_trust(Section& all, TrustSettings& to);
/// Warns of what anybody on the network could do.
void warn_of_network(const Section& all, const Settings& settings);

void read_policy(Section& all, PolicySettings& to);
/// They may be left out where there is an external processor: the proxy that asks it knows them.
void read_providers(Section& all, std::vector<ProviderSettings>& to);
/// By name, policies that judge answers.
void read_guardrails(Section& all, std::vector<GuardrailSettings>& to);
/// By name, servers that find passages.
void read_retrievers(Section& all, std::vector<RetrieverSettings>& to);
void read_otlp(Section& all, observe::OtlpOptions& to);

}  // namespace sbx::gateway
