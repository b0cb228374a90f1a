// SPDX-License-Identifier: Apache-2.0
// What is decided by, and who is called then.
#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "runtime/diag/render.h"
#include "runtime/gateway/secrets.h"
#include "runtime/gateway/settings_parts.h"
#include "runtime/http/address.h"

namespace sbx::gateway {

namespace {

using effects::Provider;

constexpr std::array<std::pair<std::string_view, Provider>, 4> kKinds{
    {{"openai", Provider::OpenAi}, {"anthropic", Provider::Anthropic}, {"azure", Provider::Azure}, {"vllm", Provider::Vllm}}};

void read_kind(Section& from, Provider& to) {
  const Yaml* value = from.require("kind", "kind: openai");
  if (value == nullptr) return;
  for (const auto& [name, kind] : kKinds) {
    if (value->text != name) continue;
    to = kind;
    return;
  }
  DiagnosticBuilder found = from.wrong(*value, "kind", "a kind of provider");
  const std::string meant = did_you_mean(value->text, {"openai", "anthropic", "azure", "vllm"});
  found.help(meant.empty() ? "there are `openai`, `anthropic`, `azure` and `vllm`; what speaks as OpenAI does is `openai`"
                           : "did you mean `" + meant + "`?");
  if (!meant.empty()) found.fix("write `" + meant + "`", {{value->span, meant}});
}

/// `- http://…` or `- {url: http://…, weight: 2}`.
EndpointSettings read_endpoint(const Yaml& value, Section& provider, std::string_view name) {
  EndpointSettings endpoint;
  if (value.kind == Yaml::Kind::Text) {
    read_url(provider, value, name, endpoint.url);
    return endpoint;
  }
  Section from(value, value.span, provider.full_name(name), provider.around());
  if (const Yaml* url = from.require("url", "url: http://127.0.0.1:8000")) read_url(from, *url, "url", endpoint.url);
  from.whole("weight", endpoint.weight, 1, 1'000'000);
  from.finish();
  return endpoint;
}

void read_endpoints(Section& from, std::vector<EndpointSettings>& to) {
  const Yaml* value = from.require("endpoints", "endpoints: [{url: http://127.0.0.1:8000}]");
  if (value == nullptr) return;
  if (value->kind != Yaml::Kind::List || value->items.empty()) {
    from.wrong(*value, "endpoints", "a list of endpoints").help("write `endpoints: [{url: http://127.0.0.1:8000}]`");
    return;
  }
  for (const Yaml& item : value->items) to.push_back(read_endpoint(item, from, "endpoints[" + std::to_string(to.size()) + "]"));
}

/// `timeout: 30s` is the time until the head of the answer; `timeout: {connect, first_byte, idle}` says all three.
void read_timeout(Section& from, ProviderSettings& to) {
  const Yaml* value = from.find("timeout");
  if (value == nullptr) return;
  if (value->kind != Yaml::Kind::Mapping) {
    from.duration("timeout", to.first_byte_timeout_ms);
    return;
  }
  Section timeout(*value, from.key("timeout"), from.full_name("timeout"), from.around());
  timeout.duration("connect", to.connect_timeout_ms);
  timeout.duration("first_byte", to.first_byte_timeout_ms);
  timeout.duration("idle", to.idle_timeout_ms);
  timeout.finish();
}

void read_health(Section& from, HealthSettings& to) {
  const Yaml* value = from.find("health");
  if (value == nullptr) return;
  Section health(*value, from.key("health"), from.full_name("health"), from.around());
  health.text("path", to.path);
  if (!to.path.empty() && !to.path.starts_with('/')) health.wrong(*health.find("path"), "path", "a path").help("write `/" + to.path + "`");
  health.duration("interval", to.interval_ms);
  health.duration("timeout", to.timeout_ms);
  health.whole("failures", to.failures, 1, 1000);
  health.duration("open", to.open_ms);
  health.finish();
}

void read_provider_tls(Section& from, ProviderSettings& to) {
  const Yaml* value = from.find("tls");
  if (value == nullptr) return;
  Section tls(*value, from.key("tls"), from.full_name("tls"), from.around());
  tls.file("ca_file", to.ca_file);
  tls.file("certificate_file", to.certificate_file);
  tls.file("key_file", to.key_file);
  tls.warn_if_readable("key_file", to.key_file);
  if (to.certificate_file.empty() != to.key_file.empty())
    from.diags().report(Kind::MissingSetting, tls.at(), "`certificate_file` and `key_file` go together").help("say both, or none");
  tls.finish();
}

ProviderSettings read_provider(const Yaml& id, const Yaml& value, Around& around) {
  ProviderSettings provider{.id = id.text};
  Section from(value, id.span, "providers." + id.text, around);
  read_kind(from, provider.kind);
  read_endpoints(from, provider.endpoints);
  from.secret("key", provider.key);
  from.text("api_version", provider.api_version);
  read_timeout(from, provider);
  from.whole("retries", provider.retries, 0, 10);
  read_health(from, provider.health);
  read_provider_tls(from, provider);
  from.finish();
  const bool in_clear = std::ranges::any_of(provider.endpoints, [](const EndpointSettings& endpoint) {
    const Result<http::Url> url = http::parse_url(endpoint.url);
    return url && !url->tls && !url->address.is_local();
  });
  if (in_clear && !provider.key.empty())
    around.diags.report(Kind::OpenToNetwork, id.span, "the key of `" + id.text + "` travels in the clear").help("write `https:`");
  return provider;
}

/// A path of a file with a public key, or the key itself: it is none of the secrets.
void read_public_key(Section& from, std::string& to) {
  const Yaml* value = from.find("public_key");
  if (value == nullptr) return;
  if (value->text.starts_with("-----BEGIN PUBLIC KEY-----")) {
    to = value->text;
    return;
  }
  std::string path;
  from.file("public_key", path);
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.is_open()) return;  // reported
  to = std::move(text).str();
  if (to.find("-----BEGIN PUBLIC KEY-----") == std::string::npos)
    from.wrong(*value, "public_key", "a public key in PEM")
        .help("`openssl pkey -in key.pem -pubout -out pub.pem` makes one of the private key");
}

}  // namespace

void read_url(Section& from, const Yaml& value, std::string_view name, std::string& to) {
  const Result<http::Url> url = http::parse_url(value.text);
  if (value.kind != Yaml::Kind::Text || !url) {
    DiagnosticBuilder found = from.wrong(value, name, "an address to call");
    // What may be a secret is not shown.
    if (value.text.find('@') != std::string::npos)
      found.note("a name and a password cannot stand in it");
    else if (value.text.find('?') != std::string::npos)
      found.note("a query cannot stand in it");
    else if (!url && value.kind == Yaml::Kind::Text)
      found.note(url.error().message);
    found.help("write `http://HOST:PORT`, `https://HOST` or `unix:PATH`");
    return;
  }
  to = value.text;
  if (!url->address.path.empty()) to = "unix:" + from.around().path(url->address.path) + (url->base.empty() ? "" : ":" + url->base);
}

void read_policy(Section& all, PolicySettings& to) {
  const Yaml* value = all.require("policy", "policy: {path: policy.sbx}");
  if (value == nullptr) return;
  Section policy(*value, all.key("policy"), "policy", all.around());
  policy.require("path", "path: policy.sbx");
  policy.file("path", to.path);
  policy.text("name", to.name);
  policy.flag("watch", to.watch);
  policy.whole("keep", to.keep, 1, 100);
  if (policy.find("learned") != nullptr) policy.file("learned", to.learned);
  policy.flag("require_signature", to.require_signature);
  read_public_key(policy, to.public_key);
  if (to.require_signature && policy.find("public_key") == nullptr)
    all.diags()
        .report(Kind::MissingSetting, policy.key("require_signature"), "`policy.public_key` is missing")
        .help("write `public_key: pub.pem`, the key that signatures are checked with");
  policy.finish();
}

void read_providers(Section& all, std::vector<ProviderSettings>& to) {
  constexpr std::string_view kExample =
      "providers: {openai: {kind: openai, endpoints: [{url: https://api.openai.com}], key_env: OPENAI_API_KEY}}";
  if (all.find("ext_proc") != nullptr && all.find("providers") == nullptr) return;
  const Yaml* value = all.require("providers", kExample);
  if (value == nullptr) return;
  if (value->kind != Yaml::Kind::Mapping || value->entries.empty()) {
    all.wrong(*value, "providers", "a mapping from what `provider:` of a model says").help("write `" + std::string(kExample) + "`");
    return;
  }
  for (const auto& [id, provider] : value->entries) to.push_back(read_provider(id, provider, all.around()));
}

void read_otlp(Section& all, observe::OtlpOptions& to) {
  const Yaml* value = all.find("otlp");
  if (value == nullptr) return;
  Section otlp(*value, all.key("otlp"), "otlp", all.around());
  if (const Yaml* endpoint = otlp.require("endpoint", "endpoint: http://127.0.0.1:4318"))
    read_url(otlp, *endpoint, "endpoint", to.endpoint);
  otlp.text("service_name", to.service_name);
  if (const Yaml* headers = otlp.find("headers")) {
    Section from(*headers, otlp.key("headers"), "otlp.headers", all.around());
    for (const auto& [name, said] : headers->entries) {
      std::string text;
      if (said.kind == Yaml::Kind::Mapping) {
        from.find(name.text);
        Section secret(said, name.span, from.full_name(name.text), all.around());
        secret.secret("", text);
        secret.finish();
      } else if (!names_secret(name.text)) {
        from.text(name.text, text);
      } else {
        all.diags()
            .report(Kind::SecretInSettings, name.span, "a secret cannot be written in the settings")
            .help("write `" + name.text + ": {env: NAME}` or `" + name.text + ": {file: PATH}`");
        from.find(name.text);
      }
      to.headers.emplace_back(name.text, std::move(text));
    }
    from.finish();
  }
  otlp.finish();
}

}  // namespace sbx::gateway
