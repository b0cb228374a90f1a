// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/upstreams.h"

#include <algorithm>
#include <chrono>

namespace sbx::gateway {

namespace {

void show_key(const ProviderSettings& provider, http::Headers& headers) {
  if (provider.key.empty()) return;  // then the client's own credentials go on
  std::erase_if(headers, [](const auto& header) { return http::is_credential(header.first); });
  switch (provider.kind) {
    case effects::Provider::OpenAi:
    case effects::Provider::Vllm:
      headers.emplace_back("authorization", "Bearer " + provider.key);
      break;
    case effects::Provider::Anthropic:
      headers.emplace_back("x-api-key", provider.key);
      break;
    case effects::Provider::Azure:
      headers.emplace_back("api-key", provider.key);
      break;
  }
}

/// Azure names the model in the path, and the version of its interface in the query.
std::string azure_target(Api api, std::string_view model, const std::string& version) {
  const std::string deployment = "/openai/deployments/" + std::string(model);
  const std::string query = "?api-version=" + version;
  if (api == Api::Chat) return deployment + "/chat/completions" + query;
  if (api == Api::Embeddings) return deployment + "/embeddings" + query;
  return "/openai/responses" + query;
}

}  // namespace

Result<std::unique_ptr<Provider>> Provider::make(const ProviderSettings& settings) {
  std::unique_ptr<Provider> provider(new Provider(settings));
  http::Tls tls;
  for (const EndpointSettings& endpoint : settings.endpoints) {
    Result<http::Url> url = http::parse_url(endpoint.url);
    if (!url) return url.error();
    if (url->tls && !tls) {
      Result<http::Tls> made = http::client_tls({settings.certificate_file, settings.key_file, settings.ca_file});
      if (!made) return made.error();
      tls = *made;
    }
    const bool secured = url->tls;
    provider->endpoints_.push_back(std::make_unique<Endpoint>(endpoint, settings.health, std::move(*url), secured ? tls : nullptr));
  }
  return provider;
}

Endpoint* Provider::pick(std::span<Endpoint* const> tried) {
  int64_t total = 0;
  for (const auto& endpoint : endpoints_) total += endpoint->weight();
  if (total <= 0) return nullptr;
  // The one whose share of the weights this turn falls into, or the next after it that can be called.
  int64_t turn = static_cast<int64_t>(turn_++ % static_cast<uint64_t>(total));
  size_t first = 0;
  while (turn >= endpoints_[first]->weight()) turn -= endpoints_[first++]->weight();
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    Endpoint* endpoint = endpoints_[(first + i) % endpoints_.size()].get();
    if (endpoint->weight() > 0 && std::ranges::find(tried, endpoint) == tried.end() && endpoint->circuit().admits()) return endpoint;
  }
  return nullptr;
}

http::Request Provider::address(Api api, std::string_view served_name, http::Request from) const {
  show_key(settings_, from.headers);
  if (settings_.kind == effects::Provider::Azure) from.target = azure_target(api, served_name, settings_.api_version);
  if (settings_.kind == effects::Provider::Anthropic && !http::find(from.headers, "anthropic-version"))
    from.headers.emplace_back("anthropic-version", settings_.api_version.empty() ? "2023-06-01" : settings_.api_version);
  return from;
}

http::CallTimes Provider::times() const {
  return {std::chrono::milliseconds(settings_.connect_timeout_ms), std::chrono::milliseconds(settings_.first_byte_timeout_ms),
          std::chrono::milliseconds(settings_.idle_timeout_ms)};
}

Result<Providers> make_providers(const std::vector<ProviderSettings>& settings) {
  Providers providers;
  for (const ProviderSettings& one : settings) {
    Result<std::unique_ptr<Provider>> provider = Provider::make(one);
    if (!provider) return provider.error();
    providers.emplace(one.id, std::move(*provider));
  }
  return providers;
}

http::Pool& Pools::of(const Endpoint& endpoint) {
  std::unique_ptr<http::Pool>& pool = pools_[&endpoint];
  if (!pool) {
    http::Url url = endpoint.url();
    // `http://host/v1` and `http://host` are one address: clients' paths begin with /v1.
    if (url.base.ends_with("/v1")) url.base.resize(url.base.size() - 3);
    pool = std::make_unique<http::Pool>(loop_, std::move(url), endpoint.tls());
  }
  return *pool;
}

http::Task<void> watch_health(const Provider& provider, Endpoint& endpoint, Pools& pools) {
  const HealthSettings& health = provider.settings().health;
  const auto time = std::chrono::milliseconds(health.timeout_ms);
  for (;;) {
    http::Request request{.method = "GET", .target = health.path};
    show_key(provider.settings(), request.headers);
    http::Call call(pools.of(endpoint), {time, time, time});
    http::CallEnd end = co_await call.send(request, nullptr);
    std::string body;
    if (end == http::CallEnd::Ok) end = co_await call.read_all(body, 1 << 20);
    if (end == http::CallEnd::Ok && call.status() < 400)
      endpoint.circuit().succeeded();
    else
      endpoint.circuit().failed();
    co_await pools.loop().sleep_ms(health.interval_ms);
  }
}

}  // namespace sbx::gateway
