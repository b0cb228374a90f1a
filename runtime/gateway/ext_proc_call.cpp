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
#include "runtime/gateway/ext_proc_door.h"
#include "runtime/gateway/ext_proc_route.h"
#include "runtime/gateway/fallbacks.h"
#include "runtime/gateway/identity.h"
#include "runtime/request/decode.h"

namespace sbx::gateway {

namespace {

using envoy::BodyMode;
using envoy::ProcessingMode;

constexpr size_t kPieceBytes = 62 << 10;  // of a body that is sent in pieces: proxies take 64 KiB

int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

BodyMode mode_of(ExtProcSettings::BodyMode mode) {
  switch (mode) {
    case ExtProcSettings::BodyMode::Buffered:
      return ProcessingMode::BUFFERED;
    case ExtProcSettings::BodyMode::Streamed:
      return ProcessingMode::STREAMED;
    case ExtProcSettings::BodyMode::FullDuplexStreamed:
      break;
  }
  return ProcessingMode::FULL_DUPLEX_STREAMED;
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
    read_modes(message);
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

  void read_modes(const envoy::ProcessingRequest& message) {
    mode_ = mode_of(settings().body_mode);
    if (!message.has_protocol_config()) return;
    const envoy::ProtocolConfiguration& said = message.protocol_config();
    mode_ = said.request_body_mode();
    holds_head_ = said.send_body_without_waiting_for_header_response();
    answer_mode_ = said.response_body_mode();
    answer_.set_mode(answer_mode_);
  }

  /// Whether the body comes though the head has not been answered, so that both can be answered at its end.
  [[nodiscard]] bool is_head_held() const { return mode_ == ProcessingMode::FULL_DUPLEX_STREAMED || (mode_ == ProcessingMode::STREAMED && holds_head_); }

  /// Who asks, and which policy decides; an answer if nobody may, or none does.
  Refusal begin_request() {
    Refusal refused = accept_head(serving_.settings, head_, *api_, request_, served_);
    return refused ? std::move(refused) : pick_policy(serving_.policies, request_, pick_, served_);
  }

  Refusal decide_early() {
    Result<std::optional<Decision>> decided = gateway::decide_early(serving_, pick_, request_);
    if (!decided) return error_answer(dialect(), 400, decided.error().message, decided.error().code);
    if (*decided) keep(std::move(**decided));
    return std::nullopt;
  }

  Refusal decide_without_body() {
    Result<Decision> decided = gateway::decide_without_body(serving_, pick_, request_);
    if (!decided) return error_answer(dialect(), 400, decided.error().message, decided.error().code);
    keep(std::move(*decided));
    return std::nullopt;
  }

  void keep(Decision decision) {
    served_.decision = std::move(decision);
    is_decided_ = true;
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
    if (is_head_held()) return;
    envoy::ProcessingResponse go_on;
    go_on.mutable_request_headers();
    if (mode_ != ProcessingMode::BUFFERED) override_mode(go_on, ProcessingMode::BUFFERED);  // headers can be changed until a whole body was looked at
    reply(go_on);
  }

  void override_mode(envoy::ProcessingResponse& response, BodyMode mode) {
    response.mutable_mode_override()->set_request_body_mode(mode);
    if (answer_mode_) response.mutable_mode_override()->set_response_body_mode(*answer_mode_);
  }

  /// What no policy is about goes on as it came.
  void pass_on() {
    phase_ = Phase::Passed;
    envoy::ProcessingResponse go_on;
    go_on.mutable_request_headers();
    spare_body(go_on);
    reply(go_on);
  }

  /// The body need not come here.
  void spare_body(envoy::ProcessingResponse& response) {
    if (mode_ != ProcessingMode::NONE && !is_head_held()) override_mode(response, ProcessingMode::NONE);
  }

  // ---- the body ----

  http::Task<void> take_piece(const envoy::HttpBody& piece) {
    if (phase_ == Phase::Begin) {
      call_.finish(grpc::Status::InvalidArgument, "a body comes without a head");
      co_return;
    }
    if (phase_ != Phase::Body) {
      pass_piece(piece);
      co_return;
    }
    ++pieces_;
    body_ += piece.body();
    const auto most = static_cast<size_t>(serving_.settings.limits.body_bytes);
    const bool is_whole = piece.end_of_stream() || mode_ == ProcessingMode::BUFFERED;
    if (body_.size() > most || (mode_ == ProcessingMode::BUFFERED_PARTIAL && !is_whole)) {
      answer(error_answer(dialect(), 413, "the body of the request is too large"));
    } else if (is_whole) {
      co_await decide_by_body();
    } else if (!is_head_held()) {
      reply(without_piece());
    }
  }

  /// Takes a piece out: the whole body takes the place of the last one.
  static envoy::ProcessingResponse without_piece() {
    envoy::ProcessingResponse response;
    response.mutable_request_body()->mutable_response()->mutable_body_mutation()->set_clear_body(true);
    return response;
  }

  /// A piece that nothing is to be changed of.
  void pass_piece(const envoy::HttpBody& piece) {
    envoy::ProcessingResponse response;
    envoy::CommonResponse& common = *response.mutable_request_body()->mutable_response();
    if (mode_ == ProcessingMode::FULL_DUPLEX_STREAMED) {
      envoy::StreamedBodyResponse& streamed = *common.mutable_body_mutation()->mutable_streamed_response();
      streamed.set_body(piece.body());
      streamed.set_end_of_stream(piece.end_of_stream());
    }
    reply(response);
  }

  http::Task<void> take_trailers() {
    ends_with_trailers_ = true;
    if (phase_ == Phase::Body && is_head_held())
      co_await decide_by_body();
    else if (phase_ == Phase::Body)
      answer(error_answer(dialect(), 400, "the body of the request has no end before its trailers"));
    envoy::ProcessingResponse nothing;
    nothing.mutable_request_trailers();
    reply(nothing);
  }

  http::Task<void> decide_by_body() {
    served_.bytes_in = body_.size();
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
    Refusal refused = gateway::decompress(serving_.settings, head_.headers, dialect(), body_, decompressed_);
    if (!refused) refused = accept_body(plain(), request_);
    return refused ? std::move(refused) : accept_model(manifest(), request_);
  }

  /// The body as JSON.
  [[nodiscard]] const std::string& plain() const { return decompressed_ ? *decompressed_ : body_; }

  Refusal decide() {
    Result<Decision> decided = gateway::decide(serving_, pick_, request_);
    if (!decided) return error_answer(dialect(), 400, decided.error().message, decided.error().code);
    keep(std::move(*decided));
    return std::nullopt;
  }

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
    body_ = {};
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
  void send_on(const http::Headers& headers, effects::Outgoing& outgoing) {
    const bool is_changed = request_.has_body && outgoing.body != plain();
    envoy::CommonResponse common;
    common.set_clear_route_cache(true);
    for (const auto& [name, value] : headers) envoy::set_header(*common.mutable_header_mutation(), name, value);
    const bool loses_encoding = is_changed && decompressed_.has_value();
    remove_headers(head_.headers, headers, !serving_.settings.clients.empty(), loses_encoding, *common.mutable_header_mutation());
    envoy::ProcessingResponse first;
    *first.mutable_dynamic_metadata() = metadata_of(headers, endpoints_);
    if (phase_ == Phase::Body && !is_head_held()) {
      if (is_changed) envoy::set_header(*common.mutable_header_mutation(), "content-length", std::to_string(outgoing.body.size()));
      // In pieces, those before the last are gone already, so that the whole is said again though nothing changes.
      if (is_changed || pieces_ > 1) common.mutable_body_mutation()->set_body(is_changed ? std::move(outgoing.body) : std::move(body_));
      *first.mutable_request_body()->mutable_response() = std::move(common);
      return reply(first);
    }
    *first.mutable_request_headers()->mutable_response() = std::move(common);
    if (phase_ == Phase::Begin) spare_body(first);
    reply(first);
    if (phase_ == Phase::Body) send_body(is_changed ? outgoing.body : body_);
  }

  /// After the head that was held: the body, in the place of the pieces that came.
  void send_body(const std::string& body) {
    if (mode_ == ProcessingMode::STREAMED) {
      for (; pieces_ > 1; --pieces_) reply(without_piece());
      envoy::ProcessingResponse last;
      last.mutable_request_body()->mutable_response()->mutable_body_mutation()->set_body(body);
      return reply(last);
    }
    size_t at = 0;
    do {
      envoy::ProcessingResponse piece;
      envoy::StreamedBodyResponse& streamed = *piece.mutable_request_body()->mutable_response()->mutable_body_mutation()->mutable_streamed_response();
      streamed.set_body(body.substr(at, kPieceBytes));
      at += streamed.body().size();
      streamed.set_end_of_stream(at == body.size() && !ends_with_trailers_);
      reply(piece);
    } while (at < body.size());
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
  BodyMode mode_ = ProcessingMode::BUFFERED;
  std::optional<BodyMode> answer_mode_;
  bool holds_head_ = false, ends_with_trailers_ = false, is_decided_ = false;
  std::optional<std::vector<std::string>> subset_;  // servers that may be picked

  http::Request head_;
  std::optional<Api> api_;
  Request request_;
  Policies::Pick pick_;
  std::string body_;  // as it came
  std::optional<std::string> decompressed_;
  size_t pieces_ = 0;

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
