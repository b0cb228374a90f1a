// SPDX-License-Identifier: Apache-2.0
// One request that another proxy asks about (docs/guides/ext-proc.md): its head decides where it can, else its body; what was decided is said
// as changes of headers and body, or as an answer in place of the model's. The calls are the proxy's.
#include <algorithm>
#include <chrono>

#include "runtime/effects/outgoing.h"
#include "runtime/gateway/accept_call.h"
#include "runtime/gateway/deciding.h"
#include "runtime/gateway/endpoint_picker.h"
#include "runtime/gateway/expenses.h"
#include "runtime/gateway/ext_proc_answer.h"
#include "runtime/gateway/ext_proc_body.h"
#include "runtime/gateway/ext_proc_door.h"
#include "runtime/gateway/ext_proc_route.h"
#include "runtime/gateway/fallbacks.h"
#include "runtime/gateway/identity.h"
#include "runtime/request/decode.h"

namespace sbx::gateway {

namespace {

int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of a provider that the settings do not have, by what it is called.
effects::Provider kind_by_name(std::string_view provider) {
  if (provider == "anthropic") return effects::Provider::Anthropic;
  if (provider == "azure") return effects::Provider::Azure;
  return provider == "vllm" ? effects::Provider::Vllm : effects::Provider::OpenAi;
}

/// Why no candidate can be asked.
struct Failure {
  std::string_view outcome;
  int status = 0;
  std::string why;
};

class ExtProcCall {
 public:
  ExtProcCall(Serving& serving, grpc::Call& call)
      : serving_(serving), call_(call), begin_us_(steady_us()), expenses_(*serving.store, serving.aside), answer_(served_) {}
  ~ExtProcCall() {
    if (!endpoints_.empty()) serving_.endpoints.end(endpoints_.front());
  }
  ExtProcCall(const ExtProcCall&) = delete;
  ExtProcCall& operator=(const ExtProcCall&) = delete;

  http::Task<void> run() {
    while (!call_.finished()) {
      const std::optional<std::string> bytes = co_await call_.next();
      if (!bytes) break;
      envoy::ProcessingRequest message;
      if (message.ParseFromString(*bytes)) {
        took_from_us_ = steady_us();
        co_await take(message);
        busy_us_ += steady_us() - took_from_us_;
      } else {
        call_.finish(grpc::Status::InvalidArgument, "this is no message of an external processor");
      }
    }
    tell();
  }

 private:
  /// What becomes of the request: nothing is known of it; its body is awaited; it was routed; it concerns no policy; it was answered here.
  enum class Phase : uint8_t { Begin, Body, Routed, Passed, Answered };

  [[nodiscard]] const Decision& decision() const { return served_.decision; }
  [[nodiscard]] const Manifest& manifest() const { return served_.generation->manifest(); }
  [[nodiscard]] Dialect dialect() const { return dialect_of(*api_); }
  [[nodiscard]] const ExtProcSettings& settings() const { return serving_.settings.ext_proc; }

  http::Task<void> take(const envoy::ProcessingRequest& message) {
    using Message = envoy::ProcessingRequest;
    is_watching_ |= message.observability_mode();
    switch (message.request_case()) {
      case Message::kRequestHeaders:
        co_await take_head(message);
        break;
      case Message::kRequestBody:
        co_await take_piece(message.request_body());
        break;
      case Message::kRequestTrailers:
        co_await take_trailers();
        break;
      case Message::kResponseHeaders:
        reply(answer_.head(message));
        break;
      case Message::kResponseBody:
        reply(answer_.body(message.response_body()));
        break;
      case Message::kResponseTrailers: {
        envoy::ProcessingResponse nothing;
        nothing.mutable_response_trailers();
        reply(nothing);
        break;
      }
      case Message::REQUEST_NOT_SET:
        call_.finish(grpc::Status::InvalidArgument, "a message says nothing that is known here");
        break;
    }
  }

  void reply(const envoy::ProcessingResponse& response) {
    if (!is_watching_ && phase_ != Phase::Answered) call_.send(response.SerializeAsString());
  }

  // ---- the head ----

  http::Task<void> take_head(const envoy::ProcessingRequest& message) {
    if (phase_ != Phase::Begin) {
      call_.finish(grpc::Status::InvalidArgument, "a request has two heads");
      co_return;
    }
    body_.read_modes(message, settings());
    if (body_.answer_mode()) answer_.set_mode(*body_.answer_mode());
    subset_ = envoy::subset_hint(message);
    head_ = envoy::request_of(message.request_headers());
    const bool has_body = !message.request_headers().end_of_stream();
    api_ = api_of(head_.path());
    if (!api_ || head_.method != "POST") {
      pass_on();
      co_return;
    }
    Refusal refused = begin_request();
    if (!refused && settings().body == ExtProcSettings::Body::Never) {
      const std::function<void()> deciding = [&] { refused = decide_without_body(); };
      co_await decide_by(deciding);
    } else if (!refused) {
      refused = decide_early();
    }
    if (refused) {
      answer(std::move(*refused));
    } else if (is_decided_ && (decision().attempts.empty() || !wants_body())) {
      co_await carry_out();
    } else {
      await_body();
      if (!has_body) co_await decide_by_body();
    }
  }

  /// Who asks, and which policy decides; an answer if nobody may, or none does.
  Refusal begin_request() {
    Refusal refused = accept_head(serving_.settings, head_, *api_, request_, served_);
    return refused ? std::move(refused) : pick_policy(serving_.policies, request_, pick_, served_);
  }

  Refusal decide_early() {
    Result<std::optional<Decision>> decided = gateway::decide_early(serving_, pick_, request_);
    if (!decided) return error_answer(dialect(), 400, decided.error().message, decided.error().code);
    return *decided ? keep(std::move(**decided)) : std::nullopt;
  }

  Refusal decide_without_body() { return keep(gateway::decide_without_body(serving_, pick_, request_)); }
  Refusal decide() { return keep(gateway::decide(serving_, pick_, request_)); }

  Refusal keep(Result<Decision> decided) {
    if (!decided) return error_answer(dialect(), 400, decided.error().message, decided.error().code);
    served_.decision = std::move(*decided);
    is_decided_ = true;
    return std::nullopt;
  }

  /// Not on this thread where it may wait for models.
  http::Task<void> decide_by(const std::function<void()>& deciding) {
    if (may_wait(pick_))
      co_await serving_.deciders.run(deciding);
    else
      deciding();
  }

  /// Whether a decision by the head needs the body all the same, to be carried out. A policy that reads bodies has the model's name put into
  /// each of them; one that does not leaves them where they are.
  [[nodiscard]] bool wants_body() {
    if (settings().body == ExtProcSettings::Body::Never) return false;
    if (settings().body == ExtProcSettings::Body::Always || served_.generation->needs_body()) return true;
    const bool is_edited = std::ranges::any_of(decision().attempts, [&](const Attempt& attempt) { return !effects::said_in_body(manifest(), attempt).empty(); });
    return is_edited || !served_.generation->budgets(request_, decision()).empty();
  }

  void await_body() {
    phase_ = Phase::Body;
    if (body_.is_head_held()) return;
    envoy::ProcessingResponse go_on;
    body_.ask_for_it(go_on);
    reply(go_on);
  }

  /// What no policy is about goes on as it came.
  void pass_on() {
    phase_ = Phase::Passed;
    envoy::ProcessingResponse go_on;
    go_on.mutable_request_headers();
    body_.spare(go_on);
    reply(go_on);
  }

  // ---- the body ----

  http::Task<void> take_piece(const envoy::HttpBody& piece) {
    if (phase_ == Phase::Begin) {
      call_.finish(grpc::Status::InvalidArgument, "a body comes without a head");
      co_return;
    }
    if (phase_ != Phase::Body) {
      reply(body_.as_it_came(piece));
      co_return;
    }
    switch (body_.take(piece, static_cast<size_t>(serving_.settings.limits.body_bytes))) {
      case ProxyBody::Taken::TooLarge:
        answer(error_answer(dialect(), 413, "the body of the request is too large"));
        break;
      case ProxyBody::Taken::Whole:
        co_await decide_by_body();
        break;
      case ProxyBody::Taken::Part:
        if (!body_.is_head_held()) reply(ProxyBody::without_piece());
        break;
    }
  }

  http::Task<void> take_trailers() {
    body_.end_with_trailers();
    if (phase_ == Phase::Body && body_.is_head_held())
      co_await decide_by_body();
    else if (phase_ == Phase::Body)
      answer(error_answer(dialect(), 400, "the body of the request has no end before its trailers"));
    envoy::ProcessingResponse nothing;
    nothing.mutable_request_trailers();
    reply(nothing);
  }

  http::Task<void> decide_by_body() {
    served_.bytes_in = body_.bytes().size();
    Refusal refused = decode();
    if (!refused && !is_decided_) {
      const std::function<void()> deciding = [&] { refused = decide(); };
      co_await decide_by(deciding);
    }
    if (refused)
      answer(std::move(*refused));
    else
      co_await carry_out();
  }

  Refusal decode() {
    Refusal refused = gateway::decompress(serving_.settings, head_.headers, dialect(), body_.bytes(), decompressed_);
    if (!refused) refused = accept_body(plain(), request_);
    return refused ? std::move(refused) : accept_model(manifest(), request_);
  }

  /// The body as JSON.
  [[nodiscard]] const std::string& plain() const { return decompressed_ ? *decompressed_ : body_.bytes(); }

  // ---- the decision ----

  http::Task<void> carry_out() {
    serving_.decisions.add(request_.id, client_of(serving_.settings, head_.headers));
    expenses_.begin(manifest().name, served_.generation->budgets(request_, decision()));
    if (decision().attempts.empty()) {
      const End end = end_of(decision());
      answer(end_answer(*api_, request_, end));
      co_return;
    }
    Failure failure;
    const Attempt* chosen = co_await choose(failure);
    if (chosen != nullptr)
      route(*chosen);
    else if (const auto* after = end_after(manifest(), decision(), failure.outcome, failure.status))
      answer(end_answer(*api_, request_, *after));
    else
      answer(error_answer(dialect(), failure.status, failure.why, failure.outcome));
  }

  /// The first candidate that a budget has enough left for, and a server is ready for where one is to be said. Null: `told` is why; that
  /// something may be asked later says more than that something is not there.
  http::Task<const Attempt*> choose(Failure& told) {
    Failure last;
    bool is_first = true;
    for (const Attempt& attempt : decision().attempts) {
      if (!is_first && !leads_on(last.outcome, last.status, attempt)) break;
      is_first = false;
      if (pick_endpoints(attempt, last)) {
        const std::optional<int64_t> worst = worst_cost_of(attempt);
        if (co_await expenses_.hold(worst)) co_return &attempt;
        last = {"429", 429, expenses_.refusal()};
      }
      if (told.status != 429) told = last;
    }
    co_return nullptr;
  }

  [[nodiscard]] std::optional<int64_t> worst_cost_of(const Attempt& attempt) const {
    if (!request_.has_body) return std::nullopt;
    const Result<effects::Outgoing> outgoing = outgoing_for(attempt);  // it may be longer than what came
    if (!outgoing) return std::nullopt;
    return worst_cost(manifest(), request_, attempt, outgoing->body.size(), answers_asked(plain()));
  }

  [[nodiscard]] Result<effects::Outgoing> outgoing_for(const Attempt& attempt) const {
    const Provider* provider = provider_of(attempt);
    const effects::Provider kind = provider == nullptr ? kind_by_name(manifest().models[attempt.model].provider) : provider->settings().kind;
    return effects::apply(manifest(), attempt, request_, request_.has_body ? std::string_view(plain()) : "{}", kind);
  }

  [[nodiscard]] Provider* provider_of(const Attempt& attempt) const {
    const auto found = serving_.providers.find(manifest().models[attempt.model].provider);
    return found == serving_.providers.end() ? nullptr : found->second.get();
  }

  bool pick_endpoints(const Attempt& attempt, Failure& failure) {
    if (!settings().pick_endpoints && !subset_) return true;
    PickedEndpoints picked = serving_.endpoints.pick(provider_of(attempt), subset_);
    picked_ = std::move(picked.endpoints);
    if (!picked_.empty()) return true;
    const std::string& provider = manifest().models[attempt.model].provider;
    failure = picked.busy ? Failure{"429", 429, "all servers of `" + provider + "` have as many requests as they may"}
                          : Failure{"unavailable", 503, "no server of `" + provider + "` is ready"};
    return false;
  }

  void route(const Attempt& attempt) {
    Provider* provider = provider_of(attempt);
    const Model& model = manifest().models[attempt.model];
    Result<effects::Outgoing> outgoing = outgoing_for(attempt);
    if (!outgoing) return answer(error_answer(dialect(), 400, outgoing.error().message, outgoing.error().code));
    endpoints_ = std::move(picked_);
    if (!endpoints_.empty()) serving_.endpoints.begin(endpoints_.front());
    served_.overhead_us = busy_us_ + steady_us() - took_from_us_;
    answer_.expect({.model = attempt.model,
                    .provider_id = model.provider,
                    .provider = provider,
                    .endpoint = endpoints_.empty() ? std::string() : endpoints_.front(),
                    .marks = marks(&model),
                    .restores = outgoing->restores});
    http::Headers told = marks(&model);
    told.pop_back();  // the overhead is of no use to the model
    const RoutedCall routed{manifest(), decision(), attempt, *outgoing, endpoints_, settings().model_header, request_.has_body};
    send_on(headers_of(routed, std::move(told)), *outgoing);
    phase_ = Phase::Routed;
    body_.forget();
    decompressed_.reset();
  }

  /// What the client is told of the decision.
  [[nodiscard]] http::Headers marks(const Model* model) const {
    if (!is_decided_) return {{"x-signalbox-decision", request_.id}};
    http::Headers marks = decision_marks(request_.id, manifest(), decision(), model);
    marks.emplace_back("x-signalbox-overhead-us", std::to_string(served_.overhead_us));
    return marks;
  }

  /// Says the changes in the way that fits how the body comes.
  void send_on(const http::Headers& headers, const effects::Outgoing& outgoing) {
    const bool is_changed = request_.has_body && outgoing.body != plain();
    envoy::CommonResponse common;
    common.set_clear_route_cache(true);
    for (const auto& [name, value] : headers) envoy::set_header(*common.mutable_header_mutation(), name, value);
    const bool loses_encoding = is_changed && decompressed_.has_value();
    remove_headers(head_.headers, headers, !serving_.settings.clients.empty(), loses_encoding, *common.mutable_header_mutation());
    envoy::ProcessingResponse first;
    *first.mutable_dynamic_metadata() = metadata_of(headers, endpoints_);
    if (phase_ == Phase::Body && !body_.is_head_held()) {
      if (is_changed) envoy::set_header(*common.mutable_header_mutation(), "content-length", std::to_string(outgoing.body.size()));
      // In pieces, those before the last are gone already, so that the whole is said again though nothing changes.
      if (is_changed || body_.is_in_pieces()) common.mutable_body_mutation()->set_body(is_changed ? outgoing.body : body_.bytes());
      *first.mutable_request_body()->mutable_response() = std::move(common);
      return reply(first);
    }
    *first.mutable_request_headers()->mutable_response() = std::move(common);
    if (phase_ == Phase::Begin) body_.spare(first);
    reply(first);
    if (phase_ == Phase::Body) body_.send(is_changed ? outgoing.body : body_.bytes(), [this](const auto& piece) { reply(piece); });
  }

  /// Instead of the model.
  void answer(http::Response response) {
    served_.overhead_us = busy_us_ + steady_us() - took_from_us_;
    served_.status = response.status;
    served_.bytes_out = response.body.size();
    if (served_.generation != nullptr) {
      for (auto& mark : marks(nullptr)) response.headers.push_back(std::move(mark));
    }
    reply(envoy::immediate(response, "signalbox"));
    phase_ = Phase::Answered;
    if (!is_watching_) call_.finish(grpc::Status::Ok, {});  // a proxy asks nothing more
  }

  // ---- the end ----

  void tell() {
    if (phase_ == Phase::Begin || phase_ == Phase::Passed) return;
    answer_.finish();
    served_.client_left = phase_ == Phase::Body;
    served_.duration_us = steady_us() - begin_us_;
    if (!served_.attempts.empty()) learn_of(served_.attempts.back());
    serving_.decisions.keep(request_.id, choice_of(served_));
    expenses_.settle(served_.cost_micros);
    served_.request = std::move(request_);
    if (!is_decided_) served_.generation = nullptr;  // there is no decision to tell of
    serving_.observer.served(std::move(served_));
  }

  void learn_of(const observe::AttemptRecord& attempt) {
    served_.first_byte_us = attempt.first_byte_us;
    if (attempt.outcome != "ok") return expenses_.settle(0);
    served_.cost_micros = cost_of(manifest().models[attempt.model], served_.usage);
    if (request_.session.id) serving_.sessions.answered(*request_.session.id, manifest().models[attempt.model].name, now_us());
  }

  Serving& serving_;
  grpc::Call& call_;
  int64_t begin_us_;
  int64_t took_from_us_ = 0;  // when the message came that is looked at
  int64_t busy_us_ = 0;       // that earlier ones took
  Phase phase_ = Phase::Begin;
  bool is_watching_ = false;  // the proxy waits for no answers
  bool is_decided_ = false;
  ProxyBody body_;
  std::optional<std::vector<std::string>> subset_;  // servers that may be picked

  http::Request head_;
  std::optional<Api> api_;
  Request request_;
  Policies::Pick pick_;
  std::optional<std::string> decompressed_;

  observe::Served served_;
  Expenses expenses_;
  std::vector<std::string> picked_, endpoints_;  // for the candidate that is looked at; that the request is sent to
  PassingAnswer answer_;
};

}  // namespace

http::Task<void> process(Serving& serving, grpc::Call& call) {
  ExtProcCall one(serving, call);
  co_await one.run();
}

}  // namespace sbx::gateway
