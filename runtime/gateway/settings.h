// SPDX-License-Identifier: Apache-2.0
// The settings of `signalbox serve`, as its YAML file says them (docs/guides/serve.md). Plain data; read and checked once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/diag/diagnostic.h"
#include "runtime/effects/outgoing.h"
#include "runtime/models/models.h"
#include "runtime/observe/observer.h"
#include "runtime/source/source.h"

namespace sbx::gateway {

struct EndpointSettings {
  std::string url;  // `http://…`, `https://…`, `unix:/path` or `unix:/path:/base`
  int64_t weight = 1;
};

/// Of a provider's endpoints, each for itself: `path` is asked every `interval_ms`; without a path only calls tell.
struct HealthSettings {
  std::string path;
  int64_t interval_ms = 10'000;
  int64_t timeout_ms = 2'000;
  int64_t failures = 3;        // in a row, of calls or checks: the circuit opens
  int64_t open_ms = 10'000;    // then one call tries again
};

struct ProviderSettings {
  std::string id;  // what `provider:` of a policy's models names
  effects::Provider kind = effects::Provider::OpenAi;
  std::vector<EndpointSettings> endpoints;
  std::string key;             // a secret; empty: the client's own credentials go on
  std::string api_version;     // azure: `api-version=` of the query; anthropic: `anthropic-version` where the client sends none
  std::string ca_file;         // trusted beside the system's, for https
  std::string certificate_file, key_file;  // ours, where the endpoint asks for one
  int64_t connect_timeout_ms = 2'000;
  int64_t first_byte_timeout_ms = 60'000;  // until the head of the answer; `deadline` of a decision may shorten it
  int64_t idle_timeout_ms = 120'000;       // between two pieces of the answer
  int64_t retries = 0;         // of one candidate, at another endpoint where there is one
  HealthSettings health;
};

struct TlsSettings {
  std::string certificate_file, key_file;
  std::string client_ca_file;  // clients must show a certificate of it
};

struct AdminSettings {
  std::string listen;  // empty: there is no admin interface
  std::string token;   // a secret
};

struct PolicySettings {
  std::string path;
  std::string name;      // which policy of the file; empty: the only one
  bool watch = true;     // load it again when the file changes
  int64_t keep = 5;      // generations to go back to
  std::string learned;   // a file of `signalbox learn`, read with every load; empty: none
  bool require_signature = false;
  std::string public_key;  // PEM
};

/// Where what a request says of itself may come from. `headers`: names of headers that a proxy in front vouches for, by what they say.
struct TrustSettings {
  std::vector<std::string> verified;  // other headers that it vouches for
  bool metadata = false;  // the body's `metadata` counts for `metadata("k")` of verified inputs too
  std::vector<std::pair<std::string, std::string>> headers;  // `user.id` … `session.id` → header name; never taken from others
};

/// A key that clients show as `Authorization: Bearer` or `x-api-key`, and who they are then.
struct ClientSettings {
  std::string key;  // a secret
  std::string id, tier, region, team;
  std::vector<std::string> roles, groups;
};

struct LimitSettings {
  int64_t body_bytes = 32 << 20;
  int64_t header_bytes = 64 << 10;
  int64_t connections = 10'000;
  int64_t request_timeout_ms = 30'000;  // to send a head, and then a body
  int64_t drain_ms = 30'000;            // after SIGTERM
};

/// Answers that are given again, where a policy says `cache = exact` or `semantic`.
struct CacheSettings {
  int64_t bytes = 64 << 20;  // of each
  int64_t ttl_ms = 3'600'000;
  double similarity = 0.95;  // of two questions whose answers are one: a cosine
};

/// A policy that judges answers, where a policy says `guardrail = "name"`.
struct GuardrailSettings {
  std::string name;
  std::string policy;              // its path
  bool watch = true;               // load it again when the file changes
  bool enforce = true;             // hold each answer until it is judged; else it passes, and the log tells
  bool refuses_unjudged = true;    // an answer that cannot be judged; else it passes
  int64_t answer_bytes = 4 << 20;  // a longer one cannot be judged
};

/// A server that finds passages for a question, where a policy says `retriever = name`.
struct RetrieverSettings {
  /// Plain: `{"query", "top_k"}`. OpenAi: the search of a vector store.
  enum class Kind : uint8_t { Plain, OpenAi };
  std::string name;
  Kind kind = Kind::Plain;
  std::string url, path;
  std::string key;      // a secret; empty: none is shown
  std::string ca_file;  // trusted beside the system's, for https
  int64_t timeout_ms = 2'000;
};

/// Envoy's external processor: decisions for another proxy, which makes the calls itself.
struct ExtProcSettings {
  /// When the body is asked for. Auto: where the policy reads it, or the decision says something in it.
  enum class Body : uint8_t { Auto, Always, Never };
  /// How bodies come where the proxy does not say: as `request_body_mode` of its configuration.
  enum class BodyMode : uint8_t { Buffered, Streamed, FullDuplexStreamed };
  std::string listen;  // empty: there is none
  Body body = Body::Auto;
  BodyMode body_mode = BodyMode::Buffered;
  std::string model_header;       // of the request, beside our own: what the provider calls the model; empty: none
  bool pick_endpoints = false;    // say which server should be asked
  int64_t endpoint_requests = 0;  // at once, of one of them; 0: as many as come
};

struct Settings {
  std::string file;
  std::string listen = "127.0.0.1:8080";  // empty: nothing is answered by HTTP
  int64_t threads = 1;
  AdminSettings admin;
  ExtProcSettings ext_proc;
  std::optional<TlsSettings> tls;
  PolicySettings policy;
  std::vector<ProviderSettings> providers;
  std::vector<ClientSettings> clients;  // empty: anybody who can connect
  TrustSettings trust;
  LimitSettings limits;
  CacheSettings cache;
  std::vector<GuardrailSettings> guardrails;
  std::vector<RetrieverSettings> retrievers;
  std::string store = "memory";  // of what is spent and learned: memory, sqlite:PATH, a Redis's URL
  observe::LogOptions decision_log;
  observe::OtlpOptions otlp;
  models::ModelsSettings models;
};

/// Reads the file, and the secrets that it names from the environment or from files. Reports all that is wrong with it: unknown keys, wrong
/// types, secrets written down, what is missing. Nothing if there were errors.
[[nodiscard]] std::optional<Settings> read_settings(const std::string& path, SourceSet& sources, Diagnostics& diags);

}  // namespace sbx::gateway
