// SPDX-License-Identifier: Apache-2.0
// The servers that models are called at: which are well, whose turn it is, and how a call to each is addressed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/gateway/api.h"
#include "runtime/gateway/settings.h"
#include "runtime/http/circuit.h"
#include "runtime/http/client.h"

namespace sbx::gateway {

/// One server of a provider, with its circuit. Thread-safe.
class Endpoint {
 public:
  Endpoint(const EndpointSettings& settings, const HealthSettings& health, http::Url url, http::Tls tls)
      : url_(std::move(url)), tls_(std::move(tls)), name_(settings.url), weight_(settings.weight), circuit_(health.failures, health.open_ms) {}

  [[nodiscard]] const http::Url& url() const { return url_; }
  [[nodiscard]] const http::Tls& tls() const { return tls_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int64_t weight() const { return weight_; }
  [[nodiscard]] http::Circuit& circuit() { return circuit_; }
  [[nodiscard]] const http::Circuit& circuit() const { return circuit_; }

 private:
  http::Url url_;
  http::Tls tls_;
  std::string name_;
  int64_t weight_;
  http::Circuit circuit_;
};

class Provider {
 public:
  /// R07xx for an address that is none, or files of certificates that cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<Provider>> make(const ProviderSettings& settings);

  [[nodiscard]] const ProviderSettings& settings() const { return settings_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Endpoint>>& endpoints() const { return endpoints_; }
  /// By weight and turn, one that admits a call and is not among `tried`; null if there is none. Thread-safe.
  [[nodiscard]] Endpoint* pick(std::span<Endpoint* const> tried);
  /// The call of a model there: path, credentials and headers as this kind of provider takes them. `from` has the client's, without what is
  /// between it and the gateway only.
  [[nodiscard]] http::Request address(Api api, std::string_view served_name, http::Request from) const;
  [[nodiscard]] http::CallTimes times() const;

 private:
  explicit Provider(ProviderSettings settings) : settings_(std::move(settings)) {}
  ProviderSettings settings_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  std::atomic<uint64_t> turn_{0};
};

/// By id. Immutable once made.
using Providers = std::unordered_map<std::string, std::unique_ptr<Provider>>;
[[nodiscard]] Result<Providers> make_providers(const std::vector<ProviderSettings>& settings);

/// Connections of one loop.
class Pools {
 public:
  explicit Pools(http::Loop& loop) : loop_(loop) {}
  [[nodiscard]] http::Pool& of(const Endpoint& endpoint);
  [[nodiscard]] http::Loop& loop() const { return loop_; }

 private:
  http::Loop& loop_;
  std::unordered_map<const Endpoint*, std::unique_ptr<http::Pool>> pools_;
};

/// Asks an endpoint after its health, for as long as the loop runs. Only for one whose provider says a path.
http::Task<void> watch_health(const Provider& provider, Endpoint& endpoint, Pools& pools);

}  // namespace sbx::gateway
