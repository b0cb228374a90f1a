// SPDX-License-Identifier: Apache-2.0
// Threads, loops and signals: what is set up once, and taken down in order.
#include "runtime/gateway/gateway.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "runtime/gateway/admin.h"
#include "runtime/gateway/ext_proc_door.h"
#include "runtime/gateway/serving.h"
#include "runtime/gateway/states.h"
#include "runtime/gateway/vouching_loader.h"
#include "runtime/grpc/server.h"

namespace sbx::gateway {

namespace {

/// Every stream takes two descriptors; the soft limit is often 1,024.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// What `await_end` waits for.
sigset_t ending_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ends, signal);
  return ends;
}

http::ServerOptions server_options(const LimitSettings& limits) {
  return {.body_bytes = static_cast<uint64_t>(limits.body_bytes),
          .header_bytes = static_cast<uint32_t>(limits.header_bytes),
          .connections = limits.connections,
          .request_timeout = std::chrono::milliseconds(limits.request_timeout_ms)};
}

http::Response refuse(int status, std::string_view why, const http::Request& request) { return error_answer(guess_dialect(request), status, why); }

http::Response not_there(const http::Request& request) {
  const std::string path(request.path());
  if (api_of(path) || path == "/v1/route" || path == "/v1/feedback" || path.starts_with("/v1/models")) {
    http::Response answer = request.method == "OPTIONS"
                                ? http::Response{.status = 204}
                                : error_answer(guess_dialect(request), 405, request.method + " is not how " + path + " is asked", "method_not_allowed");
    answer.headers.emplace_back("allow", path.starts_with("/v1/models") ? "GET, HEAD, OPTIONS" : "POST, OPTIONS");
    return answer;
  }
  return error_answer(guess_dialect(request), 404, "there is nothing at " + path, "unknown_url");
}

/// Nothing where it listens in the clear.
Result<http::Tls> own_tls(const Settings& settings) {
  if (!settings.tls) return http::Tls{};
  return http::server_tls({settings.tls->certificate_file, settings.tls->key_file, settings.tls->client_ca_file});
}

Error refused_policy(const LoadedPolicy& loaded) { return {"R0763", "the policy is refused: " + loaded.reason}; }

/// Loops that serve, each with its thread and its connections to models.
struct Worker {
  http::Loop loop;
  Pools pools{loop};
  std::thread thread;
};

constexpr size_t kDeciders = 16;  // threads on which decisions wait for models

class Gateway {
 public:
  Gateway(const Settings& settings, PolicyLoader& loader, models::Models& models, observe::Observer& observer, Providers providers,
          Retrievers retrievers, std::unique_ptr<state::Store> store, const std::function<void(const std::string&)>& say)
      : settings_(settings),
        vouching_(settings, loader, models),
        policies_(settings.policy, vouching_),
        guardrails_(settings, loader),
        serving_{settings,
                 policies_,
                 guardrails_,
                 models,
                 observer,
                 std::move(providers),
                 std::move(retrievers),
                 {},
                 {},
                 AnswerCache(settings.cache),
                 SemanticCache(settings.cache),
                 http::Aside(kDeciders),
                 std::move(store)},
        say_(say) {
    policies_.on_load = [this](const LoadedPolicy& loaded, bool active) { tell(loaded, active); };
    policies_.before_active = [this](const Manifest& manifest) {
      if (const std::string kept = adopt_states(*serving_.store, manifest); !kept.empty()) say_(kept);
    };
    for (int64_t i = 0; i < std::max<int64_t>(1, settings.threads); ++i) workers_.push_back(std::make_unique<Worker>());
  }

  Result<bool> run(const std::function<void(const Ready&)>& on_ready) {
    if (const Result<bool> judged = guardrails_.load(say_); !judged) return judged.error();
    const LoadedPolicy loaded = policies_.load_path();
    if (!loaded.generation) return refused_policy(loaded);
    Result<bool> listening = listen();
    if (!listening) return listening;
    const sigset_t ends = ending_signals();
    const int signals = ::signalfd(-1, &ends, SFD_CLOEXEC);
    start();
    on_ready({server_ ? server_->address() : "", admin_ ? admin_->address() : "", ext_proc_ ? ext_proc_->address() : ""});
    await_end(signals);
    ::close(signals);
    stop();
    return true;
  }

 private:
  Result<bool> listen() {
    const Result<http::Tls> made = own_tls(settings_);
    if (!made) return made.error();
    const http::Tls& tls = *made;
    const http::ServerOptions options = server_options(settings_.limits);
    const auto listen_http = [&](const std::string& address, const http::Server::Handler& handler, std::unique_ptr<http::Server>& to) -> std::optional<Error> {
      if (address.empty()) return std::nullopt;
      Result<std::unique_ptr<http::Server>> server = http::Server::listen(address, options, tls, handler, refuse);
      if (!server) return server.error();
      to = std::move(*server);
      return std::nullopt;
    };
    if (auto error = listen_http(settings_.listen, [this](http::Exchange& exchange) { return answer(exchange); }, server_)) return *error;
    if (auto error = listen_http(settings_.admin.listen, [this](http::Exchange& exchange) { return administer(exchange); }, admin_)) return *error;
    return listen_to_proxies();
  }

  Result<bool> listen_to_proxies() {
    if (settings_.ext_proc.listen.empty()) return true;
    const Result<http::Tls> tls = own_tls(settings_);  // its own, because it tells clients of HTTP/2
    if (!tls) return tls.error();
    constexpr uint64_t kHeadBytes = 1 << 20;  // of a message besides a body
    const grpc::ServerOptions options{.message_bytes = static_cast<uint64_t>(settings_.limits.body_bytes) + kHeadBytes, .connections = settings_.limits.connections};
    Result<std::unique_ptr<grpc::Server>> server =
        grpc::Server::listen(settings_.ext_proc.listen, options, *tls, [this](grpc::Call& call) { return answer_proxy(serving_, call); });
    if (!server) return server.error();
    ext_proc_ = std::move(*server);
    return true;
  }

  void start() {
    for (const auto& worker : workers_) {
      if (server_) server_->serve_on(worker->loop);
      if (ext_proc_) ext_proc_->serve_on(worker->loop);
    }
    if (admin_) admin_->serve_on(admin_loop_);
    for (const auto& [id, provider] : serving_.providers) {
      if (provider->settings().health.path.empty()) continue;
      Worker& first = *workers_.front();
      for (const auto& endpoint : provider->endpoints())
        first.loop.spawn([&provider = *provider, &endpoint = *endpoint, &first] { return watch_health(provider, endpoint, first.pools); });
    }
    for (const auto& worker : workers_) worker->thread = std::thread([&loop = worker->loop] { loop.run(); });
    admin_thread_ = std::thread([this] { admin_loop_.run(); });
  }

  void await_end(int signals) {
    for (;;) {
      signalfd_siginfo said{};
      if (::read(signals, &said, sizeof said) != sizeof said) continue;
      if (said.ssi_signo != SIGHUP) return;
      policies_.load_path();
      guardrails_.reload();
    }
  }

  void stop() {
    serving_.draining = true;
    if (server_) server_->drain();
    if (ext_proc_) ext_proc_->drain();
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(settings_.limits.drain_ms);
    while (standing().connections > 0 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (const int64_t left = standing().inflight; left > 0)
      say_(std::to_string(left) + " requests are broken off: they took longer than limits.drain_timeout");
    if (admin_) admin_->drain();
    for (const auto& worker : workers_) worker->loop.stop();
    admin_loop_.stop();
    for (const auto& worker : workers_) worker->thread.join();
    admin_thread_.join();
    serving_.deciders.join();
    serving_.aside.join();
  }

  void tell(const LoadedPolicy& loaded, bool active) {
    if (!loaded.generation) {
      serving_.observer.loaded("rejected", nullptr);
      say_("a policy is rejected, the one before goes on serving: " + loaded.reason);
      return;
    }
    const Manifest& manifest = loaded.generation->manifest();
    if (active) serving_.observer.loaded("active", &manifest);
    say_("policy " + manifest.name + "@" + manifest.revision + (active ? " is loaded" : " is loaded and kept; another goes on serving"));
  }

  Pools& pools_of(const http::Loop& loop) {
    for (const auto& worker : workers_) {
      if (&worker->loop == &loop) return worker->pools;
    }
    SBX_CHECK(false, "a request on a loop of nobody's");
  }

  [[nodiscard]] Standing standing() const {
    return {.connections = (server_ ? server_->connections() : 0) + (ext_proc_ ? ext_proc_->connections() : 0),
            .inflight = (server_ ? server_->inflight() : 0) + (ext_proc_ ? ext_proc_->inflight() : 0),
            .draining = serving_.draining};
  }

  http::Task<void> answer(http::Exchange& exchange) {
    const http::Request& request = exchange.request();
    const std::string_view path = request.path();
    const std::optional<Api> api = api_of(path);
    if (api && request.method == "POST") {
      co_await answer_by_model(serving_, pools_of(exchange.socket().loop()), exchange, *api);
      co_return;
    }
    http::Response response;
    const std::function<void()> deciding = [&] { response = answer_route(serving_, request); };
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (path == "/healthz" && reads)
      response = http::json(200, R"({"status":"ok"})");
    else if (path == "/readyz" && reads)
      response = serving_.draining ? http::json(503, R"({"status":"draining"})") : http::json(200, R"({"status":"ready"})");
    else if (path == "/v1/route" && request.method == "POST")
      co_await serving_.deciders.run(deciding);
    else if (path == "/v1/feedback" && request.method == "POST")
      response = co_await answer_feedback(serving_, request);
    else if ((path == "/v1/models" || path.starts_with("/v1/models/")) && reads)
      response = answer_models(serving_, request);
    else
      response = not_there(request);
    co_await exchange.answer(std::move(response));
  }

  // Loading a policy blocks; it has a loop of its own, so that only other operators wait for it.
  http::Task<void> administer(http::Exchange& exchange) {
    http::Response response = answer_admin(serving_, exchange.request(), standing());
    co_await exchange.answer(std::move(response));
  }

  const Settings& settings_;
  VouchingLoader vouching_;
  Policies policies_;
  Guardrails guardrails_;
  Serving serving_;
  const std::function<void(const std::string&)>& say_;
  std::vector<std::unique_ptr<Worker>> workers_;
  http::Loop admin_loop_;
  std::thread admin_thread_;
  std::unique_ptr<http::Server> server_, admin_;  // end before the loops, which their sockets belong to
  std::unique_ptr<grpc::Server> ext_proc_;
};

}  // namespace

Result<bool> serve(const Settings& settings, PolicyLoader& loader, models::Models& models, const std::function<void(const Ready&)>& on_ready,
                   const std::function<void(const std::string&)>& say) {
  raise_file_limit();
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t ends = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread, also those of the store and of models: they inherit it
  Result<std::unique_ptr<observe::Observer>> observer = observe::Observer::make(settings.decision_log, settings.otlp);
  if (!observer) return observer.error();
  Result<Providers> providers = make_providers(settings.providers);
  if (!providers) return providers.error();
  Result<Retrievers> retrievers = make_retrievers(settings.retrievers);
  if (!retrievers) return retrievers.error();
  Result<std::unique_ptr<state::Store>> store = state::open_store(settings.store);
  if (!store) return store.error();
  Gateway gateway(settings, loader, models, **observer, std::move(*providers), std::move(*retrievers), std::move(*store), say);
  return gateway.run(on_ready);
}

Result<bool> check(const Settings& settings, PolicyLoader& loader, models::Models& models) {
  const Result<Providers> providers = make_providers(settings.providers);
  if (!providers) return providers.error();
  if (const Result<Retrievers> retrievers = make_retrievers(settings.retrievers); !retrievers) return retrievers.error();
  const Result<http::Tls> tls = own_tls(settings);
  if (!tls) return tls.error();
  if (const Result<bool> store = state::check_store(settings.store); !store) return store.error();
  Guardrails guardrails(settings, loader);
  if (const Result<bool> judged = guardrails.load([](const std::string&) {}); !judged) return judged.error();
  VouchingLoader vouching(settings, loader, models);
  const LoadedPolicy loaded =
      vouching.load({.path = settings.policy.path, .text = {}, .object = {}, .signature = {}, .name = settings.policy.name}, std::string());
  if (!loaded.generation) return refused_policy(loaded);
  return true;
}

}  // namespace sbx::gateway
