// SPDX-License-Identifier: Apache-2.0
// What every request needs while it is served, and the handlers of what is asked for. One handler a file.
#pragma once

#include <atomic>
#include <string>

#include "runtime/gateway/answer_cache.h"
#include "runtime/gateway/api.h"
#include "runtime/gateway/bindings.h"
#include "runtime/gateway/endpoint_picker.h"
#include "runtime/gateway/guardrails.h"
#include "runtime/gateway/known_decisions.h"
#include "runtime/gateway/policies.h"
#include "runtime/gateway/retrievers.h"
#include "runtime/gateway/semantic_cache.h"
#include "runtime/gateway/sessions.h"
#include "runtime/gateway/settings.h"
#include "runtime/gateway/upstreams.h"
#include "runtime/http/aside.h"
#include "runtime/http/server.h"
#include "runtime/observe/observer.h"
#include "runtime/state/store.h"

namespace sbx::gateway {

/// Shared by all loops; outlives them. Its members are thread-safe.
struct Serving {
  const Settings& settings;
  Policies& policies;
  Guardrails& guardrails;
  models::Models& models;
  observe::Observer& observer;
  Providers providers;
  Retrievers retrievers;
  KnownDecisions decisions;
  Bindings bindings;
  AnswerCache cache;
  SemanticCache similar_answers;
  http::Aside deciders;                 // decisions that wait for models
  std::unique_ptr<state::Store> store;  // of what is spent and learned
  http::Aside aside{8};                 // where the store may be waited for: what waits at once shares a commit; ends before it
  Sessions sessions{};
  EndpointPicker endpoints{settings.ext_proc.endpoint_requests};
  std::atomic<bool> draining{false};
};

/// A call of a model: decided, carried out, its answer passed on.
http::Task<void> answer_by_model(Serving& serving, Pools& pools, http::Exchange& exchange, Api api);
/// `POST /v1/route`: the decision alone.
[[nodiscard]] http::Response answer_route(Serving& serving, const http::Request& request);
/// `GET /v1/models`, `GET /v1/models/{id}`.
[[nodiscard]] http::Response answer_models(Serving& serving, const http::Request& request);
/// `POST /v1/feedback`.
http::Task<http::Response> answer_feedback(Serving& serving, const http::Request& request);

/// A text that a JSON document has at its top; nothing if it has none, or is no document.
[[nodiscard]] std::optional<std::string> text_member(std::string_view json, std::string_view name);
[[nodiscard]] std::optional<int64_t> number_member(std::string_view json, std::string_view name);
/// A new id: 24 hexadecimal digits that no other has.
[[nodiscard]] std::string new_id();

}  // namespace sbx::gateway
