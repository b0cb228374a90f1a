// SPDX-License-Identifier: Apache-2.0
// A call of a model, from the client's bytes to the answer's: decide, try the candidates in order, pass on what comes.
#include <algorithm>
#include <chrono>

#include "runtime/effects/outgoing.h"
#include "runtime/effects/redactor.h"
#include "runtime/gateway/accept_call.h"
#include "runtime/gateway/call_cache.h"
#include "runtime/gateway/call_context.h"
#include "runtime/gateway/call_guard.h"
#include "runtime/gateway/deciding.h"
#include "runtime/gateway/expenses.h"
#include "runtime/gateway/fallbacks.h"
#include "runtime/gateway/identity.h"
#include "runtime/gateway/meter.h"
#include "runtime/gateway/pass_answer.h"
#include "runtime/gateway/serving.h"
#include "runtime/gateway/trace_context.h"
#include "runtime/observe/recording.h"
#include "runtime/request/decode.h"

namespace sbx::gateway {

namespace {

constexpr size_t kMostErrorBytes = 1 << 20;
constexpr std::string_view kTooLong = "the answer is too long to be judged";

int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What a candidate came to when it did not answer: the class that `on [...]` asks for, and what the model said, if anything.
struct Failure {
  std::string outcome;
  int status = 0;
  std::optional<http::Response> answer;
};

bool is_worth_a_retry(const Failure& failure) {
  return failure.outcome == "unavailable" || failure.status == 502 || failure.status == 503 || failure.status == 504 || failure.status == 529;
}

/// The response that a call of the Responses interface goes on from, by its id.
std::optional<std::string> previous_response(std::string_view body, Api api) {
  constexpr std::string_view kMember = "previous_response_id";
  if (api != Api::Responses || body.find(kMember) == std::string_view::npos) return std::nullopt;
  return text_member(body, kMember);
}

class ModelCall {
 public:
  ModelCall(Serving& serving, Pools& pools, http::Exchange& exchange, Api api)
      : serving_(serving),
        pools_(pools),
        exchange_(exchange),
        api_(api),
        begin_us_(steady_us()),
        expenses_(*serving.store, serving.aside),
        guard_(serving.guardrails, serving.deciders),
        context_(serving.retrievers),
        cache_(serving, api) {}

  http::Task<void> run() {
    Refusal refused = take_request();
    if (!refused && may_wait(pick_)) {
      const std::function<void()> deciding = [this, &refused] { refused = decide(); };
      co_await serving_.deciders.run(deciding);
    } else if (!refused) {
      refused = decide();
    }
    if (!refused) begin_recording();
    if (refused) {
      served_.status = refused->status;
      co_await exchange_.answer(std::move(*refused));
    } else if (!decision().attempts.empty()) {
      co_await try_candidates();
    } else {
      const End end = end_of(decision());
      co_await answer_end(end);
    }
    tell();
  }

 private:
  [[nodiscard]] const Decision& decision() const { return served_.decision; }
  [[nodiscard]] const Manifest& manifest() const { return served_.generation->manifest(); }
  [[nodiscard]] Dialect dialect() const { return dialect_of(api_); }

  /// From bytes to a request and the policy that decides it; an answer if that cannot be.
  Refusal take_request() {
    http::Request& from = exchange_.request();
    served_.bytes_in = from.body.size();
    std::optional<std::string> plain;
    Refusal refused = accept_head(serving_.settings, from, api_, request_, served_);
    if (!refused) refused = decompress(serving_.settings, from.headers, dialect(), from.body, plain);
    if (plain) from.body = std::move(*plain);
    if (!refused) refused = accept_body(from.body, request_);
    if (!refused) refused = pick_policy(serving_.policies, request_, pick_, served_);
    if (!refused) refused = accept_model(manifest(), request_);
    return refused;
  }

  /// An answer if there is no decision.
  Refusal decide() {
    Result<Decision> decided = gateway::decide(serving_, pick_, request_);
    if (!decided) return error_answer(dialect(), 400, decided.error().message, decided.error().code);
    served_.decision = std::move(*decided);
    is_decided_ = true;
    serving_.decisions.add(request_.id, client_of(serving_.settings, exchange_.request().headers));
    expenses_.begin(manifest().name, served_.generation->budgets(request_, decision()));
    return std::nullopt;
  }

  /// The headers that say what was decided.
  void sign(http::Headers& headers, const Model* model) const {
    for (auto& mark : decision_marks(request_.id, manifest(), decision(), model)) headers.push_back(std::move(mark));
    headers.emplace_back("x-signalbox-attempts", std::to_string(served_.attempts.size()));
    if (model != nullptr && !left_out_.empty()) headers.emplace_back("x-signalbox-left-out", left_out_);
    headers.emplace_back("x-signalbox-overhead-us", std::to_string(served_.overhead_us));
  }

  /// Time that was ours: since the request came, without what a retriever took.
  [[nodiscard]] int64_t overhead_us() const { return steady_us() - begin_us_ - (served_.retrieval ? served_.retrieval->duration_us : 0); }

  http::Task<void> answer_end(const End& end) {
    if (served_.attempts.empty()) served_.overhead_us = overhead_us();
    http::Response answer = end_answer(api_, request_, end);
    sign(answer.headers, nullptr);
    served_.status = answer.status;
    co_await exchange_.answer(std::move(answer));
  }

  /// Of what the policy says to keep. The effect is of the first candidate's rules, or of what ends the request.
  void begin_recording() {
    const std::vector<SlotValue>& effects = decision().attempts.empty() ? decision().effects : decision().attempts.front().effects;
    const std::string_view log = effects::text_of(manifest(), effects, "log");
    if (log.empty() || serving_.settings.decision_log.recordings.empty()) return;
    served_.recording = observe::parse_bodies(log);
    if (served_.recording) served_.recording->request.add(body_to_record(), served_.recording->first);
  }

  /// The client's, without the personal data that one of the candidates takes out: what may not go on is not kept either.
  std::string body_to_record() const {
    const std::string& body = exchange_.request().body;
    for (const Attempt& attempt : decision().attempts) {
      if (effects::redacted_kinds(manifest(), attempt).empty()) continue;
      const Result<std::string> redacted = effects::without_personal_data(manifest(), attempt, request_, body);
      return redacted ? *redacted : std::string();
    }
    return body;
  }

  http::Task<void> try_candidates() {
    if (std::optional<http::Response> elsewhere = keep_to_binding()) {
      served_.status = elsewhere->status;
      co_await exchange_.answer(std::move(*elsewhere));
      co_return;
    }
    Failure failure;
    bool is_first = true;
    for (const Attempt& attempt : decision().attempts) {
      if (!may_ask(attempt)) continue;
      if (!is_first && !leads_on(failure.outcome, failure.status, attempt)) break;
      is_first = false;
      if (co_await try_candidate(attempt, failure)) co_return;
    }
    co_await answer_failure(std::move(failure));
  }

  /// What every candidate failed at: what the policy says of that, or what the last one said.
  http::Task<void> answer_failure(Failure failure) {
    if (const auto* after = end_after(manifest(), decision(), failure.outcome, failure.status)) {
      co_await answer_end(*after);
      co_return;
    }
    http::Response answer;
    if (failure.answer) {
      answer = std::move(*failure.answer);
      if (served_.recording) served_.recording->answer.add(answer.body, served_.recording->first);
    } else if (failure.outcome == "timeout") {
      answer = error_answer(dialect(), 504, "the model took too long to answer", "timeout");
    } else {
      answer = error_answer(dialect(), 502, "no model could be reached", failure.outcome);
    }
    sign(answer.headers, nullptr);
    served_.status = answer.status;
    co_await exchange_.answer(std::move(answer));
  }

  /// A conversation that lives at one provider goes on there: candidates elsewhere are left out.
  std::optional<http::Response> keep_to_binding() {
    const std::optional<std::string> previous = previous_response(exchange_.request().body, api_);
    if (!previous) return std::nullopt;
    binding_ = serving_.bindings.find(*previous);
    if (!binding_) return std::nullopt;
    if (std::ranges::any_of(decision().attempts, [&](const Attempt& attempt) { return may_ask(attempt); })) return std::nullopt;
    return error_answer(dialect(), 409,
                        "the conversation of `" + *previous + "` is kept by a provider that the policy does not choose for this request; send it without `previous_response_id`",
                        "conversation_elsewhere");
  }

  bool may_ask(const Attempt& attempt) const { return !binding_ || manifest().models[attempt.model].provider == binding_->provider; }

  /// True if the client has got an answer, or has left.
  http::Task<bool> try_candidate(const Attempt& attempt, Failure& failure) {
    const Model& model = manifest().models[attempt.model];
    const auto found = serving_.providers.find(model.provider);
    if (found == serving_.providers.end()) {
      failure = {.outcome = "unavailable", .status = 0, .answer = std::nullopt};
      co_return false;
    }
    Provider& provider = *found->second;
    const std::string& from_client = exchange_.request().body;
    if (!co_await context_.look_up(pools_, manifest(), attempt, request_, from_client, &exchange_.socket(), served_)) {
      failure = {.outcome = "unavailable",
                 .status = 503,
                 .answer = error_answer(dialect(), 503, "what the question needs could not be looked up", "retrieval_failed")};
      co_return false;
    }
    const std::string& body = context_.body(from_client);
    Result<effects::Outgoing> outgoing = effects::apply(manifest(), attempt, request_, body, provider.settings().kind);
    if (!outgoing) {
      failure = {.outcome = "malformed", .status = 400, .answer = error_answer(dialect(), 400, outgoing.error().message, outgoing.error().code)};
      co_return false;
    }
    left_out_.clear();
    for (const auto& [slot, reason] : outgoing->left_out) left_out_ += (left_out_.empty() ? "" : ", ") + slot;
    if (context_.failed()) left_out_ += left_out_.empty() ? "retriever" : ", retriever";
    restores_ = std::move(outgoing->restores);
    guard_.begin(manifest(), attempt);
    http::Request call = provider.address(api_, model.served_name, request_for(std::move(*outgoing)));
    if (!restores_.empty() || guard_.judges()) http::set(call.headers, "accept-encoding", "identity");
    const std::shared_ptr<const http::Response> kept = co_await cache_.find(manifest(), attempt, request_, provider.settings().id, call);
    if (kept) {
      co_await answer_again(model, *kept);
      co_return true;
    }
    if (!co_await expenses_.hold(worst_cost(manifest(), request_, attempt, call.body.size(), answers_asked(body)))) {
      failure = {.outcome = "429", .status = 429, .answer = error_answer(dialect(), 429, expenses_.refusal(), "budget_exceeded")};
      co_return false;
    }
    std::vector<Endpoint*> tried;
    for (int64_t round = 0; round <= provider.settings().retries; ++round) {
      if (round > 0) co_await pools_.loop().sleep_ms(25 << std::min<int64_t>(round, 5));
      Endpoint* endpoint = bound_endpoint(provider);
      if (endpoint == nullptr) endpoint = provider.pick(tried);
      if (endpoint == nullptr) endpoint = provider.pick({});
      if (endpoint == nullptr) {
        failure = {.outcome = "unavailable", .status = 0, .answer = std::nullopt};
        break;
      }
      tried.push_back(endpoint);
      if (co_await ask(attempt, provider, *endpoint, call, failure)) co_return true;
      if (!is_worth_a_retry(failure)) break;
    }
    expenses_.settle(0);
    co_return false;
  }

  http::Task<void> answer_again(const Model& model, const http::Response& kept) {
    served_.overhead_us = overhead_us();
    http::Response answer = kept;
    if (served_.recording) served_.recording->answer.add(answer.body, served_.recording->first);
    restore(answer, restores_);
    answer.headers.emplace_back("x-signalbox-cache", "hit");
    co_await answer_whole(model, std::move(answer));
  }

  /// An answer at once, unless a guardrail says otherwise. False: it does. `lacks`: why the answer cannot be judged; empty: it can.
  http::Task<bool> answer_whole(const Model& model, http::Response answer, std::string_view lacks = {}) {
    http::Response seen;
    if (guard_.judges()) seen = answer;
    if (guard_.holds()) {
      Judgement judgement = co_await guard_.judge(request_, seen, lacks);
      if (judgement.instead) answer = end_answer(api_, request_, *judgement.instead);
      lay(judgement, answer.headers);
      served_.guardrail = std::move(judgement.record);
    }
    sign(answer.headers, &model);
    served_.status = answer.status;
    co_await exchange_.answer(std::move(answer));
    if (guard_.judges() && !guard_.holds()) {
      Judgement judgement = co_await guard_.judge(request_, seen, lacks);
      served_.guardrail = std::move(judgement.record);
    }
    co_return !guard_.holds() || !served_.guardrail->refused;
  }

  Endpoint* bound_endpoint(const Provider& provider) const {
    if (!binding_) return nullptr;
    for (const auto& endpoint : provider.endpoints()) {
      if (endpoint->name() == binding_->endpoint) return endpoint.get();
    }
    return nullptr;
  }

  http::Request request_for(effects::Outgoing outgoing) const {
    const http::Request& from = exchange_.request();
    http::Request call{.method = from.method, .target = from.target, .headers = from.headers, .body = std::move(outgoing.body)};
    strip_for_upstream(serving_.settings, call.headers);
    for (auto& [name, value] : outgoing.headers) http::set(call.headers, name, std::move(value));
    return call;
  }

  /// One call. True if the client has got an answer, or has left.
  http::Task<bool> ask(const Attempt& attempt, const Provider& provider, Endpoint& endpoint, http::Request& request, Failure& failure) {
    const int64_t begin = steady_us();
    if (served_.attempts.empty()) served_.overhead_us = overhead_us();
    const std::string span = new_id().substr(0, 16);
    set_trace_context(served_, span, request.headers);
    served_.attempts.push_back({.model = attempt.model, .span_id = span, .provider = provider.settings().id, .endpoint = endpoint.name(), .begin_us = now_us()});
    observe::AttemptRecord& record = served_.attempts.back();
    http::Call call(pools_.of(endpoint), times(provider, attempt));
    http::CallEnd end = co_await call.send(request, &exchange_.socket());
    std::string piece;
    bool done = false;
    if (end == http::CallEnd::Ok) {
      record.status = call.status();
      record.first_byte_us = steady_us() - begin;
      // The first piece decides: until it is there, another candidate can still be asked.
      end = call.status() < 400 ? co_await call.read(piece, done) : co_await call.read_all(piece, kMostErrorBytes);
    }
    const bool holds = guard_.holds();
    const bool is_answer = record.status > 0 && record.status < 400;
    if (end == http::CallEnd::Ok && is_answer) {
      record.outcome = "ok";
      if (holds) {
        end = co_await hold_back(attempt, call, std::move(piece), done);
      } else {
        endpoint.circuit().succeeded();
        request = {};  // the answer may take minutes
        co_await pass_on(attempt, call, std::move(piece), done);
      }
    }
    record.duration_us = steady_us() - begin;
    if (end == http::CallEnd::Left) {
      record.outcome = "client_left";
      served_.client_left = true;
      co_return true;
    }
    if (end == http::CallEnd::Ok && is_answer) {
      if (holds) endpoint.circuit().succeeded();
      if (api_ == Api::Responses && !served_.response_id.empty())
        serving_.bindings.keep(served_.response_id, {record.provider, record.endpoint});
      co_return true;
    }
    failure = {.outcome = std::string(end == http::CallEnd::Ok ? class_of(record.status) : class_of(end)),
               .status = record.status,
               .answer = std::nullopt};
    if (end == http::CallEnd::Ok) failure.answer = http::Response{call.status(), passed_on(call.headers()), std::move(piece)};
    record.outcome = failure.outcome;
    if (failure.outcome == "4xx" || failure.outcome == "429")
      endpoint.circuit().succeeded();
    else
      endpoint.circuit().failed();
    co_return false;
  }

  http::CallTimes times(const Provider& provider, const Attempt& attempt) const {
    http::CallTimes times = provider.times();
    for (const SlotValue& value : attempt.slots) {
      const auto* limit = std::get_if<Decimal>(&value.value.value);
      if (limit == nullptr || manifest().slots[value.slot].name != "deadline") continue;
      const std::optional<int64_t> micros = scaled(*limit, 0, Rounding::Up);
      if (micros) times.first_byte = std::min(times.first_byte, std::chrono::milliseconds(std::max<int64_t>(1, *micros / 1000)));
    }
    return times;
  }

  http::Task<void> pass_on(const Attempt& attempt, http::Call& call, std::string piece, bool done) {
    const Model& model = manifest().models[attempt.model];
    http::Headers headers = passed_on(call.headers());
    cache_.begin(call.status(), headers);
    served_.status = call.status();
    served_.first_byte_us = steady_us() - begin_us_;
    http::Response seen{call.status(), headers, {}};
    sign(headers, &model);
    if (cache_.keeps()) headers.emplace_back("x-signalbox-cache", "miss");
    AnswerPath path{.exchange = exchange_, .dialect = dialect(), .cache = cache_, .restores = restores_, .served = served_};
    if (guard_.judges()) {
      path.seen = &seen.body;
      path.most_seen = guard_.most_bytes();
    } else {
      forget_body();
    }
    co_await pass_answer(path, std::move(headers), call, std::move(piece), done);
    if (!guard_.judges()) co_return;
    std::string_view lacks;
    if (served_.client_left || served_.attempts.back().outcome != "ok") lacks = "the answer has no end";
    if (seen.body.size() > path.most_seen) lacks = kTooLong;
    Judgement judgement = co_await guard_.judge(request_, seen, lacks);
    served_.guardrail = std::move(judgement.record);
  }

  /// An answer that is held until it is judged. One that is too long for that is refused, or passed on unjudged.
  http::Task<http::CallEnd> hold_back(const Attempt& attempt, http::Call& call, std::string piece, bool done) {
    const Model& model = manifest().models[attempt.model];
    while (!done && piece.size() <= guard_.most_bytes()) {
      const http::CallEnd end = co_await call.read(piece, done);
      if (end != http::CallEnd::Ok) co_return end;
    }
    if (!done && !guard_.refuses_unjudged()) {
      served_.guardrail = guard_.leave_alone(kTooLong);
      co_await pass_on(attempt, call, std::move(piece), done);
      co_return http::CallEnd::Ok;
    }
    http::Response answer{call.status(), passed_on(call.headers()), std::move(piece)};
    Meter meter(http::find(answer.headers, "content-type").value_or(std::string_view{}));
    meter.read(answer.body);
    meter.finish(served_);
    cache_.begin(answer.status, answer.headers);
    cache_.add(answer.body);
    if (served_.recording) served_.recording->answer.add(answer.body, served_.recording->first);
    restore(answer, restores_);
    if (cache_.keeps()) answer.headers.emplace_back("x-signalbox-cache", "miss");
    served_.first_byte_us = steady_us() - begin_us_;
    const bool passes = co_await answer_whole(model, std::move(answer), done ? std::string_view() : kTooLong);
    if (passes && meter.is_whole()) cache_.end();
    co_return http::CallEnd::Ok;
  }

  /// While an answer passes by, which may take minutes, nothing of the question is needed any more.
  void forget_body() {
    exchange_.request() = {.method = exchange_.request().method, .target = {}, .headers = {}, .body = {}};
    request_.messages = {};
    for (Tool& tool : request_.tools) tool.description = {};  // a log says their names
    request_.text = request_.text_all = request_.text_system = {};
  }

  void tell() {
    served_.duration_us = steady_us() - begin_us_;
    served_.bytes_out = exchange_.sent();
    if (!served_.attempts.empty() && served_.attempts.back().outcome == "ok")
      served_.cost_micros = cost_of(manifest().models[served_.attempts.back().model], served_.usage);
    expenses_.settle(served_.cost_micros);
    forget_body();
    serving_.decisions.keep(request_.id, choice_of(served_));
    if (request_.session.id && !served_.attempts.empty() && served_.attempts.back().outcome == "ok")
      serving_.sessions.answered(*request_.session.id, manifest().models[served_.attempts.back().model].name, now_us());
    served_.request = std::move(request_);
    if (!is_decided_) served_.generation = nullptr;  // there is no decision to tell of
    serving_.observer.served(std::move(served_));
  }

  Serving& serving_;
  Pools& pools_;
  http::Exchange& exchange_;
  Api api_;
  int64_t begin_us_;
  Expenses expenses_;
  Request request_;
  Policies::Pick pick_;
  bool is_decided_ = false;
  observe::Served served_;
  std::optional<Binding> binding_;
  std::string left_out_;  // slots that could not be said to the model that is asked
  std::vector<std::pair<std::string, std::string>> restores_;  // what the answer has back for its placeholders
  CallGuard guard_;
  CallContext context_;
  CallCache cache_;
};

}  // namespace

http::Task<void> answer_by_model(Serving& serving, Pools& pools, http::Exchange& exchange, Api api) {
  ModelCall call(serving, pools, exchange, api);
  co_await call.run();
}

}  // namespace sbx::gateway
